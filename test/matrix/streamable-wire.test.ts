/** Streamable HTTP as it is on the wire. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  BOTH_TYPES,
  hello,
  JSON_TYPE,
  request,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { type Reply, type Rpc, send } from '../support/raw.ts';

let gateway: TestGateway;
/** One for which every call becomes a stream at once. */
let streaming: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { fixture: fixtureInprocess(), other: fixtureInprocess() } });
  streaming = await startTestGateway({ servers: { fixture: fixtureInprocess() }, settings: { graceMs: 1 } });
});

afterAll(() => Promise.all([gateway.close(), streaming.close()]));

const ANSWER = { jsonrpc: '2.0', id: 'nobody-asked', result: {} };
const NOTIFICATION = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' };

describe('a POST', () => {
  it('[STREAMABLE-POST-202] without a request is answered 202 and empty', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    for (const body of [
      NOTIFICATION,
      ANSWER,
      { ...ANSWER, result: undefined, error: { code: 1, message: 'x' } },
    ]) {
      const reply = await client.post(body as Rpc);
      expect([reply.status, await reply.text()]).toEqual([202, '']);
    }
  });

  it('[STREAMABLE-JSON] with a quick call is answered in one JSON body', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const reply = await client.post(toolCall(1, 'echo', { text: 'x' }));
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json']);
    expect(await reply.json<Rpc>()).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text: 'x' }] },
    });
  });

  it('[STREAMABLE-STREAM] [STREAMABLE-RELATED] with a talkative call is a stream: progress, logs, questions, then the answer, then the end', async () => {
    const client = await start(gateway, '2025-11-25', { sampling: {} });
    const reply = await client.post(toolCall('c', 'progress', { steps: 3, delayMs: 1 }, 7));
    expect(await reply.events.ended).toBe('whole');
    expect(reply.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(reply.events.messages.map(({ params, id }) => params?.['progress'] ?? id)).toEqual([1, 2, 3, 'c']);
    const logged = await client.post(toolCall('l', 'log', { level: 'info', text: 'x' }));
    expect(await logged.events.ended).toBe('whole');
    expect(logged.events.messages.map(({ method, id }) => method ?? id)).toEqual([
      'notifications/message',
      'l',
    ]);
    const asking = await client.post(toolCall('q', 'ask_sampling'));
    const question = await asking.events.until('a question', () => asking.events.messages[0]);
    await client.post({ jsonrpc: '2.0', id: question.id ?? null, error: { code: 1, message: 'No.' } });
    expect((await asking.events.answer('q')).result).toMatchObject({ isError: true });
    expect(await asking.events.ended).toBe('whole');
  });

  it('[STREAMABLE-ACCEPT] may accept anything, or say nothing of it', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const body = JSON.stringify(request(1, 'ping'));
    for (const accept of [
      undefined,
      '*/*',
      'text/event-stream, application/json;q=0.5',
      'application/*, */*;q=0.1',
    ]) {
      const headers = { ...JSON_TYPE, 'mcp-session-id': client.sessionId ?? '' };
      const reply = await send(gateway.mcp(), {
        method: 'POST',
        headers: accept === undefined ? headers : { ...headers, accept },
        body,
      });
      expect(reply.status).toBe(200);
      expect((await answerOf(reply, 1)).result).toEqual({});
    }
  });

  it("[STREAMABLE-UNKNOWN-METHOD] [TRAFFIC-FORWARDED] of an unknown method is 200 with the server's own -32601", async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const reply = await client.post(request(1, 'no/such/method'));
    expect(reply.status).toBe(200);
    const { error } = await reply.json<Rpc>();
    expect(error).toEqual({ code: -32601, message: 'Method not found' });
  });

  it('[STREAMABLE-NO-SESSION] that names no session is served, request by request', async () => {
    for (const id of [1, 1, 1]) {
      const headers = { ...JSON_TYPE, ...BOTH_TYPES };
      const body = JSON.stringify(toolCall(id, 'echo', { text: 'no session' }));
      const reply = await send(gateway.mcp(), { method: 'POST', headers, body });
      expect(reply.headers['mcp-session-id']).toBeUndefined();
      expect(textOf(await answerOf(reply, id))).toBe('no session');
    }
  });

  it('[STREAMABLE-VERSION] that names no version is taken for 2025-03-26', async () => {
    const headers = { ...JSON_TYPE, ...BOTH_TYPES };
    const batch = JSON.stringify([request(1, 'ping')]);
    expect((await send(gateway.mcp(), { method: 'POST', headers, body: batch })).status).toBe(200);
    const named = { ...headers, 'mcp-protocol-version': '2025-06-18' };
    expect((await send(gateway.mcp(), { method: 'POST', headers: named, body: batch })).status).toBe(400);
    for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']) {
      const body = JSON.stringify(request(1, 'ping'));
      const each = { ...headers, 'mcp-protocol-version': version };
      expect((await send(gateway.mcp(), { method: 'POST', headers: each, body })).status).toBe(200);
    }
  });
});

describe('the standing stream', () => {
  it('[STREAMABLE-GET] carries what belongs to no call, and no answers', async () => {
    const client = await StreamableClient.start(gateway.mcp());
    const { events } = await client.get();
    const reply = await client.post(toolCall(1, 'change_list', { kind: 'prompts' }));
    expect(textOf(await answerOf(reply, 1))).toMatch(/^Added/);
    await events.until('the change', () => events.messages[0]);
    expect(events.messages).toEqual([{ jsonrpc: '2.0', method: 'notifications/prompts/list_changed' }]);
  });

  it('[STREAMABLE-RESUME-OWN] is not replayed to whoever takes up a call, nor the call to whoever takes it up', async () => {
    const client = await StreamableClient.start(streaming.mcp());
    const standing = await client.get();
    const call = await client.post(toolCall(1, 'progress', { steps: 2, delayMs: 5 }, 't'));
    await call.events.answer(1);
    await client.ask(toolCall(2, 'change_list', { kind: 'tools' }));
    await standing.events.until('the change', () => standing.events.messages[0]);
    const first = (reply: Reply) => reply.events.ids[0];
    const again = await client.get(first(call));
    await again.events.ended;
    expect(again.events.messages.map(({ method, id }) => method ?? id)).toEqual([
      'notifications/progress',
      'notifications/progress',
      1,
    ]);
    const followed = await client.get(first(standing));
    await followed.events.until('the change', () => followed.events.messages[0]);
    expect(followed.events.messages.map(({ method }) => method)).toEqual([
      'notifications/tools/list_changed',
    ]);
    followed.cut();
  });
});

describe('both transports at one URL', () => {
  it('[ROUTE-BOTH-LEGS] [ROUTE-SERVERS] every URL of every server serves both', async () => {
    for (const url of [gateway.sse(), gateway.mcp(), gateway.sse('other'), gateway.mcp('other')]) {
      const client = await StreamableClient.start(url);
      expect(textOf(await client.ask(toolCall(1, 'echo', { text: url })))).toBe(url);
      const stream = await send(url, { headers: { accept: 'text/event-stream' }, alone: true });
      const endpoint = await stream.events.until('the endpoint', () => stream.events.events[0]);
      const body = JSON.stringify(toolCall(2, 'echo', { text: 'sse' }));
      await send(new URL(endpoint.data, url), { method: 'POST', headers: JSON_TYPE, body });
      expect(textOf(await stream.events.answer(2))).toBe('sse');
      stream.cut();
    }
  });

  it('[ROUTE-SERVERS] [ISOLATION-SERVER] a session of one server is unknown at another', async () => {
    const client = await StreamableClient.start(gateway.mcp('fixture'));
    const elsewhere = new StreamableClient(gateway.mcp('other'), '2025-11-25');
    elsewhere.sessionId = client.sessionId;
    for (const reply of [
      await elsewhere.post(request(1, 'ping')),
      await elsewhere.get(),
      await elsewhere.get('abc-1-1'),
      await elsewhere.delete(),
    ]) {
      expect([reply.status, wordOf(await reply.json<Rpc>())]).toEqual([404, 'unknown_session']);
    }
    // The root serves the first server: the same session under another name.
    const root = new StreamableClient(gateway.mcp(), '2025-11-25');
    root.sessionId = client.sessionId;
    expect((await root.ask(request(2, 'ping'))).result).toEqual({});
  });
});

async function start(at: TestGateway, version: string, capabilities: object): Promise<StreamableClient> {
  const client = new StreamableClient(at.mcp(), version);
  const body = hello('hello', version);
  const reply = await client.post({ ...body, params: { ...body.params, capabilities } });
  client.sessionId = reply.headers['mcp-session-id'] as string;
  await answerOf(reply, 'hello');
  await client.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
  return client;
}

async function answerOf(reply: Reply, id: string | number): Promise<Rpc> {
  return reply.isStream ? reply.events.answer(id) : reply.json<Rpc>();
}
