/** Servers over WebSocket behind the gateway: the fixture, and supergateway, which nobody here wrote. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../src/node.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { FIXTURES, type NetworkServer, startNetworkServer, SUPERGATEWAY_SOCKET } from '../support/network.ts';
import { SseClient, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { eventually } from '../support/raw.ts';
import { remote } from '../support/remote.ts';
import { WsClient } from '../support/ws-client.ts';

let fixture: NetworkServer;
let bridged: NetworkServer;
let gateway: TestGateway;

beforeAll(async () => {
  [fixture, bridged] = await Promise.all([
    startNetworkServer(FIXTURES.websocket),
    startNetworkServer(SUPERGATEWAY_SOCKET),
  ]);
  gateway = await startTestGateway({
    servers: {
      fixture: remote('websocket', fixture.url),
      bridged: remote('websocket', bridged.url, { sharing: 'shared' }),
    },
  });
});

afterAll(async () => {
  await gateway.close();
  await Promise.all([fixture.stop(), bridged.stop()]);
});

describe.each(['fixture', 'bridged'])('%s', (server) => {
  it('[WSUP-CLIENTS] serves clients of every kind at the same time', async () => {
    const [sse, streamable, ws] = await Promise.all([
      SseClient.open(gateway.sse(server)),
      StreamableClient.start(gateway.mcp(server)),
      WsClient.open(gateway.ws(server)),
    ]);
    await Promise.all([sse.initialize(), ws.initialize()]);
    const clients = [sse, streamable, ws];
    const calls = clients.flatMap((client, at) =>
      Array.from({ length: 20 }, (_, n) => client.ask(toolCall(n, 'echo', { text: `${at}/${n}` }))),
    );
    const texts = (await Promise.all(calls)).map((answer) => textOf(answer));
    expect(texts).toEqual([0, 1, 2].flatMap((at) => Array.from({ length: 20 }, (_, n) => `${at}/${n}`)));
    sse.close();
    ws.ws.close();
    await streamable.delete();
  });

  it('[WSUP-CLIENTS] brings progress, errors and large answers', async () => {
    const client = await WsClient.open(gateway.ws(server));
    await client.initialize();
    await client.ask(toolCall('p', 'progress', { steps: 3 }, 'mine'));
    const progress = client.messages.filter(({ method }) => method === 'notifications/progress');
    expect(progress.map(({ params }) => [params?.['progressToken'], params?.['progress']])).toEqual([
      ['mine', 1],
      ['mine', 2],
      ['mine', 3],
    ]);
    expect((await client.ask(toolCall('e', 'error', { message: 'No.' }))).result?.['isError']).toBe(true);
    const large = await client.ask(toolCall('b', 'big', { bytes: 5_000_000 }));
    expect(textOf(large)).toHaveLength(5_000_000);
    client.ws.close();
  });
});

describe('a server over WebSocket', () => {
  it('[WSUP-CLIENTS] can ask the client', async () => {
    const client = await WsClient.open(gateway.ws('fixture'));
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: { sampling: {} },
      clientInfo: { name: 'c', version: '1' },
    };
    await client.ask({ jsonrpc: '2.0', id: 'h', method: 'initialize', params });
    client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    client.send(toolCall('q', 'ask_sampling', { prompt: 'Well?' }));
    const question = await client.until('a question', ({ method }) => method === 'sampling/createMessage');
    const result = { model: 'm', role: 'assistant', content: { type: 'text', text: 'Fine.' } };
    client.send({ jsonrpc: '2.0', id: question.id ?? null, result: result as never });
    expect(textOf(await client.answer('q'))).toContain('Fine.');
    client.ws.close();
  });

  it('[WSUP-LOOP] that is the gateway itself is found out, and told', async () => {
    const probe = await startTestGateway({ servers: { none: remote('websocket', fixture.url) } });
    const { port } = probe;
    await probe.close();
    const self = remote('websocket', `ws://127.0.0.1:${port}/ws`)({ name: 'self', observer: {} });
    const round = createGateway({ servers: { self: (await self).driver } });
    const listening = await round.listen(port, '127.0.0.1');
    const client = await WsClient.open(`ws://127.0.0.1:${port}/ws`);
    const answer = await client.initialize();
    expect(wordOf(answer)).toBe('upstream_failed');
    expect(answer.error?.message).toContain('come back to where they were');
    client.ws.close();
    await round.close();
    await listening.close();
  });

  it('[WSUP-RESTART] that is restarted is connected to again; what may have run is told', async () => {
    let server = await startNetworkServer(FIXTURES.websocket);
    const { url } = server;
    const port = Number(new URL(url).port);
    const own = await startTestGateway({ servers: { far: remote('websocket', url) } });
    const client = await WsClient.open(own.ws());
    await client.initialize();
    expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'before' })))).toBe('before');
    client.send(toolCall('cut', 'hang'));
    await eventually('the call is in flight', async () => {
      const answer = await client.ask(toolCall(`look-${client.messages.length}`, 'echo', { text: 'x' }));
      return textOf(answer) === 'x';
    });
    await server.stop();
    expect(wordOf(await client.answer('cut'))).toBe('may_have_run');
    server = await startNetworkServer(FIXTURES.websocket, port);
    await eventually('calls work again', async () => {
      const answer = await client.ask(toolCall(`again-${client.messages.length}`, 'echo', { text: 'after' }));
      return textOf(answer) === 'after';
    });
    client.ws.close();
    await own.close();
    await server.stop();
  });
});
