/** Gateways of the library that are nodes: what `createGateway` does with a backplane. */
import { expect, it } from 'vitest';
import { memoryHub } from '../../src/backplanes/memory-hub.ts';
import { createGateway as createFetchGateway, webRuntime } from '../../src/index.ts';
import { type Backplane, createGateway, type NodeGatewayOptions, nodeRuntime } from '../../src/node.ts';
import { freePort } from '../support/ports.ts';
import { JSON_TYPE, BOTH_TYPES, hello, StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { fixtureInprocess } from '../support/servers.ts';

async function optionsWith(backplane: Backplane): Promise<NodeGatewayOptions> {
  const { driver } = await fixtureInprocess()({ name: 'fixture', observer: {} });
  return { servers: { fixture: driver }, default: 'fixture', backplane };
}

it('[NODES-FEATURES-LIBRARY] nodes that listen serve the sessions of each other', async () => {
  const hub = memoryHub();
  const ports = [0, await freePort()];
  const gateways = await Promise.all(
    ports.map(async (port, at) => {
      const gateway = createGateway(await optionsWith(hub.node(nodeRuntime, { name: `n${at}` })));
      return { gateway, listening: await gateway.listen(port) };
    }),
  );
  const [first, second] = gateways.map(({ listening }) => `http://127.0.0.1:${listening.port}/mcp`);
  const client = await StreamableClient.start(first ?? '', '2025-06-18');
  const there = new StreamableClient(second ?? '', client.version);
  there.sessionId = client.sessionId;
  expect(textOf(await there.ask(toolCall(1, 'echo', { text: 'carried' })))).toBe('carried');
  for (const { gateway, listening } of gateways) {
    await gateway.close();
    await listening.close();
  }
});

it('[NODES-FEATURES-LIBRARY] nodes without a socket of their own join, once, and serve the sessions of each other', async () => {
  const hub = memoryHub();
  let joined = 0;
  const gateways = await Promise.all(
    ['a', 'b'].map(async (name) => {
      const backplane = hub.node(webRuntime, { name });
      const join = backplane.directory.join.bind(backplane.directory);
      backplane.directory.join = async (url) => {
        joined++;
        await join(url);
      };
      const gateway = createFetchGateway(await optionsWith(backplane));
      await Promise.all([gateway.join(), gateway.join(), gateway.join()]);
      return gateway;
    }),
  );
  expect(joined).toBe(2);
  const headers = { ...JSON_TYPE, ...BOTH_TYPES };
  const post = (at: number, message: object, more = {}) =>
    gateways[at]?.fetch(
      new Request('http://127.0.0.1/mcp', {
        method: 'POST',
        headers: { ...headers, ...more },
        body: JSON.stringify(message),
      }),
    );
  const opened = await post(0, hello(1, '2025-06-18'));
  const session = { 'mcp-session-id': opened?.headers.get('mcp-session-id') ?? '' };
  await opened?.text();
  const answer = await post(1, toolCall(2, 'echo', { text: 'carried' }), session);
  expect(await answer?.text()).toContain('carried');
  await Promise.all(gateways.map((gateway) => gateway.close()));
});

it('[NODES-FEATURES-LIBRARY] a node that cannot join serves nobody, and may try again', async () => {
  const backplane = memoryHub().node(nodeRuntime, { name: 'a' });
  const join = backplane.directory.join.bind(backplane.directory);
  backplane.directory.join = () => Promise.reject(new Error('Nobody is there.'));
  const gateway = createGateway(await optionsWith(backplane));
  for (const port of [0, await freePort()]) {
    await expect(gateway.listen(port)).rejects.toThrow('Nobody is there.');
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
  }
  backplane.directory.join = join;
  const listening = await gateway.listen(0);
  expect((await fetch(`http://127.0.0.1:${listening.port}/readyz`)).status).toBe(200);
  await gateway.close();
  await listening.close();
});
