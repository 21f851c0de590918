/** MCP over WebSocket, with the client of the `ws` package, and with an SDK's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'sdk-1.32/client/index.js';
import { WebSocketClientTransport } from 'sdk-1.32/client/websocket.js';
import { echoStdio, fixtureStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { request, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { within } from '../support/raw.ts';
import { refusedHandshake, WsClient } from '../support/ws-client.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { fixture: fixtureStdio(), echo: echoStdio({ sharing: 'shared' }) },
  });
});

afterAll(() => gateway.close());

async function open(server?: string, version?: string): Promise<WsClient> {
  const client = await WsClient.open(gateway.ws(server));
  await client.initialize(version);
  return client;
}

describe('a socket', () => {
  it('[WS-SESSION] carries calls, questions, progress and announcements', async () => {
    const client = await WsClient.open(gateway.ws());
    expect(client.ws.protocol).toBe('mcp');
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: { sampling: {} },
      clientInfo: { name: 'raw', version: '1' },
    };
    const hello = await client.ask(request('h', 'initialize', params));
    expect(hello.result?.['protocolVersion']).toBe('2025-06-18');
    client.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
    expect(textOf(await client.ask(toolCall(1, 'echo', { text: 'a\nb “c”' })))).toBe('a\nb “c”');
    client.send(toolCall('p', 'progress', { steps: 3 }, 'token'));
    await client.answer('p');
    const progress = client.messages.filter(({ method }) => method === 'notifications/progress');
    expect(progress.map(({ params }) => [params?.['progressToken'], params?.['progress']])).toEqual([
      ['token', 1],
      ['token', 2],
      ['token', 3],
    ]);
    client.send(toolCall('q', 'ask_sampling', { prompt: 'Well?' }));
    const question = await client.until('a question', ({ method }) => method === 'sampling/createMessage');
    const result = { model: 'm', role: 'assistant', content: { type: 'text', text: 'Fine.' } };
    client.send({ jsonrpc: '2.0', id: question.id ?? null, result: result as never });
    expect(textOf(await client.answer('q'))).toContain('Fine.');
    client.ws.close();
  });

  it('[WS-SESSION] carries answers of every size, each in one frame', async () => {
    const client = await open('echo');
    const sizes = [0, 1, 60, 100, 125, 126, 15_000, 17_000, 65_500, 65_536, 70_000, 3_000_000];
    const answers = await Promise.all(
      sizes.map((bytes) => client.ask(toolCall(`big-${bytes}`, 'big', { bytes }))),
    );
    expect(answers.map((answer) => textOf(answer).length)).toEqual(sizes);
    client.ws.close();
  });

  it('[WS-SESSION] serves the client of an SDK', async () => {
    const client = new Client({ name: 'sdk', version: '1' }, { capabilities: {} });
    await client.connect(new WebSocketClientTransport(new URL(gateway.ws('fixture'))));
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(5);
    const { content } = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
    expect(content).toEqual([{ type: 'text', text: 'hello' }]);
    await client.close();
  });

  it('[WS-SERVERS] is had at the root and under the name of a server', async () => {
    const [root, named] = await Promise.all([WsClient.open(gateway.ws()), WsClient.open(gateway.ws('echo'))]);
    const names = await Promise.all([root.initialize(), named.initialize()]);
    const [first, second] = names.map(({ result }) => JSON.stringify(result?.['serverInfo']));
    expect(first).not.toBe(second);
    expect((await refusedHandshake(gateway.ws('nobody'))).status).toBe(404);
    root.ws.close();
    named.ws.close();
  });

  it('[WS-SUBPROTOCOL] speaks `mcp`, or what a client means that offers nothing', async () => {
    const plain = await WsClient.open(gateway.ws('echo'), []);
    expect(plain.ws.protocol).toBe('');
    expect((await plain.initialize()).result).toBeDefined();
    const several = await WsClient.open(gateway.ws('echo'), ['soap', 'mcp']);
    expect(several.ws.protocol).toBe('mcp');
    const others = await refusedHandshake(gateway.ws('echo'), ['soap', 'mcp.v2']);
    expect(others.status).toBe(400);
    expect(wordOf(JSON.parse(others.body))).toBe('bad_subprotocol');
    plain.ws.close();
    several.ws.close();
  });

  it('[WS-GONE] that goes takes its session along', async () => {
    const client = await open();
    client.send(toolCall('h', 'hang'));
    client.ws.terminate();
    const closed = await gateway.recorder.when('sessionClosed', ({ reason }) => reason === 'client-gone');
    expect(closed.server).toBe('fixture');
    await gateway.recorder.when('exchangeEnded', ({ outcome }) => outcome === 'session_closed');
  });
});

describe('a message', () => {
  it('[WS-BAD-MESSAGE] that cannot be taken is told, and the session goes on', async () => {
    const client = await open('echo');
    client.send('{"jsonrpc":"2.0","id":1,');
    const broken = await client.until('a parse error', ({ error }) => error?.code === -32700);
    expect(broken.id).toBe(null);
    client.send('{"jsonrpc":"1.0","id":"odd","method":"ping"}');
    expect(wordOf(await client.answer('odd'))).toBe('invalid_request');
    expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'on' })))).toBe('on');
    client.ws.close();
  });

  it('[WS-BATCH] may be a batch where the revision has them', async () => {
    const client = await open('echo', '2025-03-26');
    client.send([toolCall(1, 'echo', { text: 'one' }), toolCall(2, 'echo', { text: 'two' })]);
    expect(textOf(await client.answer(1))).toBe('one');
    expect(textOf(await client.answer(2))).toBe('two');
    client.ws.close();
    const later = await open('echo', '2025-06-18');
    later.send([toolCall(1, 'echo', { text: 'one' })]);
    const refused = await later.until('a refusal', ({ error }) => error !== undefined);
    expect(wordOf(refused)).toBe('batch_not_allowed');
    later.ws.close();
  });
});

describe('the end', () => {
  it('[WS-DRAIN] of a gateway comes after the answers, with 1012', async () => {
    const draining = await startTestGateway({ servers: { fixture: fixtureStdio() } });
    const client = await WsClient.open(draining.ws());
    await client.initialize();
    client.send(toolCall('slow', 'sleep', { ms: 300 }));
    await client.ask(request('p', 'ping'));
    const drained = draining.gateway.drain();
    expect((await refusedHandshake(draining.ws())).status).toBe(503);
    expect(textOf(await client.answer('slow'))).toBe('Slept 300 ms.');
    expect(await client.goodbye()).toEqual({
      code: 1012,
      reason: 'The gateway is shutting down: connect again.',
    });
    await drained;
    await within(draining.listening.close(), 'the end of the listener');
    await draining.close();
  });
});
