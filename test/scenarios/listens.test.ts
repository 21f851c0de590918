/** Real modern clients that listen, in front of real servers of both eras. */
import { createServer } from 'node:http';
import { Client, type McpSubscription, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { afterEach, describe, expect, test } from 'vitest';
import { streamable } from '../../src/node.ts';
import { startModernHttp } from '../fixtures/modern/listen.ts';
import { webRequest, write } from '../fixtures/modern/web.ts';
import { fixtureInprocess, fixtureStdio, type ServerEntry, startTestGateway } from '../support/gateway.ts';
import { dualHttp, modernHttp, modernStdio } from '../support/modern-servers.ts';
import { fixtureStreamable } from '../support/network-servers.ts';
import { freePort } from '../support/ports.ts';
import { eventually } from '../support/raw.ts';

const METHODS = [
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
] as const;
const KINDS = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };
const URI = 'test://static-text';

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});

/** A modern client, and what it was told: `tools`, `prompts`, `resources`, or the URI of a resource. */
async function listener(url: string) {
  const client = new Client(
    { name: 'modern', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  clients.push(client);
  const told: string[] = [];
  for (const method of METHODS)
    client.setNotificationHandler(method, ({ params }) => {
      const uri = params && 'uri' in params ? params['uri'] : undefined;
      told.push(typeof uri === 'string' ? uri : (method.split('/')[1] ?? ''));
    });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return { client, told };
}

const SERVERS: readonly (readonly [string, () => ServerEntry])[] = [
  ['modern over stdio', () => modernStdio()],
  ['modern over HTTP', () => modernHttp()],
  ['of both eras over HTTP', () => dualHttp()],
  ['legacy over stdio', () => fixtureStdio()],
  ['legacy over HTTP', () => fixtureStreamable()],
  ['legacy in process', () => fixtureInprocess()],
];

describe.each(SERVERS)('before a server %s', (_name, server) => {
  test('[LISTEN-REAL] the client of the SDK hears what it asked for, until it ends', async () => {
    const at = await startTestGateway({ servers: { srv: server() } });
    const { client, told } = await listener(at.mcp());
    const lists = await client.listen(KINDS);
    expect(lists.honoredFilter).toEqual(KINDS);
    const updates = await client.listen({ resourceSubscriptions: [URI] });
    expect(updates.honoredFilter).toEqual({ resourceSubscriptions: [URI] });
    for (const kind of ['tools', 'prompts', 'resources'])
      await client.callTool({ name: 'change_list', arguments: { kind } });
    await client.callTool({ name: 'touch_resource', arguments: { uri: URI } });
    await eventually('all that changed', () => told.length === 4);
    expect(told.toSorted()).toEqual(['prompts', 'resources', URI, 'tools']);
    await lists.close();
    await client.callTool({ name: 'change_list', arguments: { kind: 'tools' } });
    await client.callTool({ name: 'touch_resource', arguments: { uri: URI } });
    await eventually('the update', () => told.length === 5);
    expect(told.at(-1)).toBe(URI);
    await at.gateway.drain();
    expect(await updates.closed).toBe('graceful');
  });
});

test('[LISTEN-REAL] servers of both eras, merged', async () => {
  const at = await startTestGateway({ servers: { old: fixtureStdio(), young: modernHttp() }, merge: {} });
  const { client, told } = await listener(at.mcp());
  const changersOf = async () =>
    (await client.listTools()).tools.map(({ name }) => name).filter((name) => name.endsWith('change_list'));
  await eventually('the tools of both', async () => (await changersOf()).length === 2);
  const changers = await changersOf();
  const subscription = await client.listen({ ...KINDS });
  expect(subscription.honoredFilter).toEqual(KINDS);
  for (const [place, name] of changers.entries()) {
    await client.callTool({ name, arguments: { kind: 'tools' } });
    await eventually(`what ${name} changed`, () => told.length > place);
  }
  expect(new Set(told)).toEqual(new Set(['tools']));
});

describe('[LISTEN-ONE] fifty real clients', () => {
  /** A modern server that counts who listens to it. */
  async function counting() {
    const handler = createMcpHandler(
      () => {
        const server = new McpServer(
          { name: 'counting', version: '1' },
          {
            capabilities: { tools: { listChanged: true }, resources: { subscribe: true, listChanged: true } },
          },
        );
        server.registerTool('hello', {}, () => ({ content: [] }));
        return server;
      },
      { legacy: 'reject' },
    );
    const open = new Set<object>();
    let asked = 0;
    const listener = createServer((request, response) => {
      const isListening = request.headers['mcp-method'] === 'subscriptions/listen';
      if (isListening) {
        asked++;
        open.add(response);
        response.once('close', () => open.delete(response));
      }
      void webRequest(request, response)
        .then((asked) => handler.fetch(asked))
        .then((answer) => write(answer, response))
        .catch(() => response.destroy());
    });
    const port = await freePort();
    await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
    const entry: ServerEntry = ({ name, observer }) => ({
      driver: streamable({ name, url: `http://127.0.0.1:${port}/mcp`, observer }),
    });
    const close = async () => {
      await handler.close();
      listener.closeAllConnections();
      listener.close();
    };
    return { entry, notify: handler.notify, close, open, asked: () => asked };
  }

  test('are one subscription at the server, whatever each listens for', async () => {
    const server = await counting();
    const at = await startTestGateway({ servers: { srv: server.entry } });
    const all = await Promise.all(Array.from({ length: 50 }, () => listener(at.mcp())));
    const same = await Promise.all(all.map(({ client }) => client.listen({ toolsListChanged: true })));
    expect([server.open.size, server.asked()]).toEqual([1, 1]);
    server.notify.toolsChanged();
    await eventually('everybody to hear of it', () => all.every(({ told }) => told.length === 1));
    await Promise.all(all.map(({ client }, n) => client.listen({ resourceSubscriptions: [`a:/${n}`] })));
    await eventually('the old subscriptions to end', () => server.open.size === 1);
    for (let n = 0; n < 50; n++) server.notify.resourceUpdated(`a:/${n}`);
    await eventually('everybody to hear of its own', () => all.every(({ told }) => told.length === 2));
    expect(all.map(({ told }) => told[1])).toEqual(all.map((_, n) => `a:/${n}`));
    await Promise.all(same.map((one: McpSubscription) => one.close()));
    for (const { client } of all) await client.close();
    await eventually('the last subscription to end', () => server.open.size === 0);
    await server.close();
  });

  test('[LISTEN-EDIT] hear each change once while others come and go', async () => {
    const server = await counting();
    const at = await startTestGateway({ servers: { srv: server.entry } });
    const { client, told } = await listener(at.mcp());
    await client.listen({ toolsListChanged: true });
    const others = await listener(at.mcp());
    for (let n = 0; n < 20; n++) {
      const coming = others.client.listen({ resourceSubscriptions: [`a:/${n}`] });
      server.notify.toolsChanged();
      const one = await coming;
      server.notify.toolsChanged();
      if (n % 2 === 0) await one.close();
    }
    await eventually('all changes', () => told.length >= 40);
    server.notify.toolsChanged();
    await eventually('the last one', () => told.length >= 41);
    expect(told).toHaveLength(41);
    await server.close();
  });
});

test('[LISTEN-LOST] who listens goes on when the server comes back, and reads anew', async () => {
  const port = await freePort();
  const first = await startModernHttp('modern', port);
  const entry: ServerEntry = ({ name, observer }) => ({
    driver: streamable({ name, url: first.url, observer }),
  });
  const at = await startTestGateway({ servers: { srv: entry } });
  const { client, told } = await listener(at.mcp());
  const subscription = await client.listen({ toolsListChanged: true });
  await first.close();
  const second = await startModernHttp('modern', port);
  await eventually('word that tools may be others', () => told.length > 0);
  const before = told.length;
  await second.world.addTo('tools');
  await eventually('word of a change', () => told.length > before);
  await subscription.close();
  await second.close();
});
