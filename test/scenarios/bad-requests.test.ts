/**
 * Requests that are well-formed HTTP and still wrong: content types, sessions, methods, tools, params, headers.
 * Each has its documented status and word, and a session beside it goes on.
 */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixtureInprocess, startTestGateway, type TestGateway } from '../support/gateway.ts';
import {
  hello,
  request,
  SseClient,
  StreamableClient,
  textOf,
  toolCall,
  wordOf,
} from '../support/raw-clients.ts';
import { type Reply, type Rpc, send } from '../support/raw.ts';

let gateway: TestGateway;
let healthy: StreamableClient;
let healthySse: SseClient;
let calls = 0;

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { fixture: fixtureInprocess() } });
  healthy = await StreamableClient.start(gateway.mcp());
  healthySse = await SseClient.open(gateway.sse());
});

afterEach(async () => {
  for (const client of [healthy, healthySse]) {
    const text = `healthy ${++calls}`;
    expect(textOf(await client.ask(toolCall(calls, 'echo', { text })))).toBe(text);
  }
});

const PING = JSON.stringify(request(1, 'ping'));

describe('[BAD-CONTENT-TYPE] [SEC-CONTENT-TYPE] content types other than application/json are refused with 415', () => {
  const TYPES = [
    ['text/plain', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['an upload', 'multipart/form-data; boundary=x'],
    ['a look-alike', 'application/jsonp'],
    ['a list that begins with another', 'text/plain, application/json'],
    ['none', undefined],
  ] as const;

  it.each(TYPES)('%s', async (_name, type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    for (const url of [gateway.mcp(), gateway.sse(), healthySse.endpoint]) {
      await refused(await send(url, { method: 'POST', headers, body: PING }), 415, 'wrong_content_type');
    }
  });

  it('application/json with parameters and in capitals is taken', async () => {
    const headers = { 'content-type': 'Application/JSON; charset=UTF-8' };
    const reply = await healthy.post(PING, { headers });
    expect([reply.status, await reply.json<Rpc>()]).toEqual([200, { jsonrpc: '2.0', id: 1, result: {} }]);
  });
});

describe('sessions that are not there', () => {
  const unknown = { 'mcp-session-id': 'nobody-has-this' };
  const json = { 'content-type': 'application/json' };
  const stream = { accept: 'text/event-stream' };

  it('[STREAMABLE-DEAD-SESSION] an unknown session is 404 on POST, GET, DELETE and when resuming', async () => {
    const url = gateway.mcp();
    await refused(
      await send(url, { method: 'POST', headers: { ...json, ...unknown }, body: PING }),
      404,
      'unknown_session',
    );
    await refused(await send(url, { headers: { ...stream, ...unknown } }), 404, 'unknown_session');
    await refused(await send(url, { method: 'DELETE', headers: unknown }), 404, 'unknown_session');
    const resume = { ...stream, ...unknown, 'last-event-id': 'abc-1-1' };
    await refused(await send(url, { headers: resume }), 404, 'unknown_session');
  });

  it('[SSE-UNKNOWN-SESSION] an unknown session of HTTP+SSE is 404, none at all is 400', async () => {
    for (const query of ['?sessionId=nobody', '?session_id=nobody', '?sessionId=%ff%fe']) {
      const reply = await send(`${gateway.url}/messages${query}`, {
        method: 'POST',
        headers: json,
        body: PING,
      });
      await refused(
        reply,
        query.includes('%') ? 400 : 404,
        query.includes('%') ? 'missing_session' : 'unknown_session',
      );
    }
    const bare = await send(`${gateway.url}/messages`, { method: 'POST', headers: json, body: PING });
    await refused(bare, 400, 'missing_session');
  });

  it('a session of HTTP+SSE has no stream of Streamable HTTP, nor the other way about', async () => {
    const crossed = { 'mcp-session-id': healthySse.sessionId };
    await refused(await send(gateway.mcp(), { headers: { ...stream, ...crossed } }), 404, 'unknown_session');
    const url = `${gateway.url}/messages?sessionId=${healthy.sessionId}`;
    await refused(await send(url, { method: 'POST', headers: json, body: PING }), 404, 'unknown_session');
  });

  it('[STREAMABLE-DELETE] DELETE without a session is 400, of a session that was deleted 404', async () => {
    await refused(await send(gateway.mcp(), { method: 'DELETE' }), 400, 'missing_session');
    const short = await StreamableClient.start(gateway.mcp());
    expect((await short.delete()).status).toBe(200);
    await refused(await short.delete(), 404, 'unknown_session');
    await refused(await short.post(request(1, 'ping')), 404, 'unknown_session');
  });

  it('[ROUTE-404] an unknown server is 404', async () => {
    for (const leg of ['mcp', 'sse', 'messages?sessionId=x']) {
      const reply = await send(`${gateway.url}/servers/nobody/${leg}`, {
        method: 'POST',
        headers: json,
        body: PING,
      });
      await refused(reply, 404, 'unknown_server');
    }
  });
});

describe('[BAD-METHOD] [BAD-TOOL] what the server refuses comes back as its own error', () => {
  const CALLS: readonly (readonly [string, Rpc, number])[] = [
    ['an unknown method', request('m', 'tools/nothing'), -32601],
    ['a method with a telling name', request('m', 'constructor'), -32601],
    ['the modern era', request('m', 'server/discover'), -32601],
    ['an unknown tool', toolCall('m', 'nothing'), -32602],
    // What the SDK behind it says to params of a wrong shape: the gateway passes it on.
    ['a tool without a name', request('m', 'tools/call', { arguments: {} }), -32603],
    ['a tool with wrong arguments', toolCall('m', 'sleep', { ms: 'long' }), -32602],
    ['params of a wrong shape', request('m', 'tools/call', { name: 5, arguments: [] }), -32603],
  ];

  it.each(CALLS)('%s', async (_name, message, code) => {
    const answer = await healthy.ask(message);
    expect([answer.id, answer.error?.code]).toEqual(['m', code]);
    const sse = await SseClient.open(gateway.sse());
    const told = await sse.ask(message);
    expect([told.id, told.error?.code]).toEqual(['m', code]);
    sse.close();
  });
});

describe('batches', () => {
  const pings = (count: number) => Array.from({ length: count }, (_, at) => request(at + 1, 'ping'));

  it('[STREAMABLE-NO-BATCH] are refused where the revision has none', async () => {
    for (const version of ['2025-06-18', '2025-11-25']) {
      const client = await StreamableClient.start(gateway.mcp(), version);
      await refused(await client.post(pings(2)), 400, 'batch_not_allowed');
    }
    const sse = await SseClient.open(gateway.sse());
    await sse.initialize('2025-06-18');
    expect((await sse.post(pings(2))).status).toBe(202);
    expect(wordOf(await sse.feed.answer(null))).toBe('batch_not_allowed');
  });

  it('[STREAMABLE-BATCH] [STREAMABLE-BATCH-PART] are answered where the revision has them, each message by itself', async () => {
    const client = await StreamableClient.start(gateway.mcp(), '2025-03-26');
    const reply = await client.post([...pings(2), {}, request(3, 'ping')]);
    const answers = await reply.json<Rpc[]>();
    expect(
      answers
        .filter(({ result }) => result)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([1, 2, 3]);
    expect(answers.filter(({ error }) => error).map(wordOf)).toEqual(['invalid_request']);
    const sse = await SseClient.open(gateway.sse());
    await sse.post(pings(2));
    expect((await sse.feed.answer(2)).result).toEqual({});
    sse.close();
  });

  it('[LIMIT-BATCH] [STREAMABLE-BATCH-INITIALIZE] that are empty, too long, or hold `initialize` are refused as a whole', async () => {
    const client = await StreamableClient.start(gateway.mcp(), '2025-03-26');
    const sse = await SseClient.open(gateway.sse());
    const rows = [
      ['[]', 'batch_empty'],
      [JSON.stringify(pings(101)), 'batch_too_long'],
      [JSON.stringify([request(1, 'ping'), hello(2, '2025-03-26')]), 'invalid_request'],
    ] as const;
    for (const [body, word] of rows) {
      await refused(await client.post(body), 400, word);
      const before = sse.feed.messages.length;
      expect((await sse.post(body)).status).toBe(202);
      expect(wordOf(await sse.feed.until('an error', () => sse.feed.messages[before]))).toBe(word);
    }
    sse.close();
  });
});

describe('headers', () => {
  it.each(['text/html', 'application/json', 'text/event-stream', 'application/xml, image/*', ';;;,,,'])(
    '[STREAMABLE-ACCEPT] Accept: %s on POST is 406',
    async (accept) => {
      await refused(await healthy.post(PING, { headers: { accept } }), 406, 'not_acceptable');
    },
  );

  it.each(['1999-01-01', 'latest', '2026-7-28', '2025-06-18, 2025-11-25'])(
    '[STREAMABLE-VERSION] Mcp-Protocol-Version: %s is 400',
    async (version) => {
      const reply = await healthy.post(PING, { headers: { 'mcp-protocol-version': version } });
      await refused(reply, 400, 'unsupported_version');
    },
  );

  it.each(['x', '1-2-3-4', 'abc-1', '-1--1', 'a-1-99999999999999999999', '../../etc/passwd', 'a-0-1 or 1=1'])(
    '[STREAMABLE-EVENT-ID] [BAD-HEADERS] Last-Event-ID: %s is 400',
    async (id) => {
      await refused(await healthy.get(id), 400, 'bad_event_id');
    },
  );
});

async function refused(reply: Reply, status: number, word: string): Promise<void> {
  const answer = await reply.json<Rpc>();
  expect([reply.status, wordOf(answer)]).toEqual([status, word]);
  expect(answer.error?.message).toMatch(/^[A-Z`].{5,200}\.$/);
}
