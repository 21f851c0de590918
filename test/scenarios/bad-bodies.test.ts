/**
 * Bodies that are wrong: over Streamable HTTP a status and a JSON-RPC error, over HTTP+SSE 202 and the error on the
 * stream. Either way one sentence, a stable word, and a session beside it that notices nothing.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { type Rpc, within } from '../support/raw.ts';

const LIMITS = { bytes: 4_096, depth: 32, elements: 300, batch: 3 };

let gateway: TestGateway;
let healthy: StreamableClient;
let healthySse: SseClient;
let calls = 0;

beforeAll(async () => {
  gateway = await startTestGateway({
    servers: { echo: echoStdio({ sharing: 'shared' }) },
    settings: { read: LIMITS },
  });
  healthy = await StreamableClient.start(gateway.mcp());
  healthySse = await SseClient.open(gateway.sse());
});

afterEach(async () => {
  for (const client of [healthy, healthySse]) {
    const text = `healthy ${++calls}`;
    expect(textOf(await client.ask(toolCall(calls, 'echo', { text })))).toBe(text);
  }
});

interface Row {
  readonly what: string;
  readonly body: string | Uint8Array;
  readonly word: string;
  readonly code: number;
  /** The id the error carries; null where it cannot be told. */
  readonly id?: string | number;
  readonly status?: number;
}

const ping = '"jsonrpc":"2.0","id":7,"method":"ping"';
const nested = (depth: number) => `{${ping},"params":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
const bytes = (...parts: (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));

const PARSE = { word: 'parse_error', code: -32700 };
const UTF8 = { word: 'invalid_utf8', code: -32700 };
const INVALID = { word: 'invalid_request', code: -32600 };
const DOUBLED = { word: 'doubled_member', code: -32600 };

const ROWS: readonly Row[] = [
  { what: 'an unfinished object', body: '{"jsonrpc":"2.0","id":7', ...PARSE },
  { what: 'no JSON', body: 'hello', ...PARSE },
  { what: 'nothing', body: '', ...PARSE },
  { what: 'white space', body: ' \n ', ...PARSE },
  { what: 'a trailing comma', body: `{${ping},}`, ...PARSE },
  { what: 'a comment', body: `{${ping}/* */}`, ...PARSE },
  { what: 'single quotes', body: "{'jsonrpc':'2.0'}", ...PARSE },
  { what: 'NaN', body: `{${ping},"params":{"a":NaN}}`, ...PARSE },
  { what: 'a leading zero', body: `{${ping},"params":{"a":01}}`, ...PARSE },
  { what: 'a raw line break in a string', body: `{${ping},"params":{"a":"\n"}}`, ...PARSE },
  { what: 'two messages in a row', body: `{${ping}}\n{${ping}}`, ...PARSE },
  { what: 'a byte order mark', body: bytes(0xef, 0xbb, 0xbf, `{${ping}}`), ...PARSE },
  { what: 'a NUL', body: bytes(`{${ping}}`, 0), ...PARSE },
  { what: 'a byte that is no UTF-8', body: bytes(`{${ping},"params":{"a":"`, 0xff, '"}}'), ...UTF8 },
  { what: 'an overlong form', body: bytes(`{${ping},"params":{"a":"`, 0xc0, 0xaf, '"}}'), ...UTF8 },
  { what: 'a surrogate', body: bytes(`{${ping},"params":{"a":"`, 0xed, 0xa0, 0x80, '"}}'), ...UTF8 },
  { what: 'a number', body: '42', ...INVALID },
  { what: 'null', body: 'null', ...INVALID },
  { what: 'an empty object', body: '{}', ...INVALID },
  { what: 'JSON-RPC 1.0', body: '{"jsonrpc":"1.0","id":7,"method":"ping"}', ...INVALID, id: 7 },
  { what: 'a method that is no string', body: '{"jsonrpc":"2.0","id":7,"method":5}', ...INVALID, id: 7 },
  { what: 'an id that is an object', body: '{"jsonrpc":"2.0","id":{},"method":"ping"}', ...INVALID },
  { what: 'an id that is null', body: '{"jsonrpc":"2.0","id":null,"method":"ping"}', ...INVALID },
  { what: 'params that are a string', body: `{${ping},"params":"x"}`, ...INVALID, id: 7 },
  { what: 'a method and a result', body: `{${ping},"result":{}}`, ...INVALID },
  {
    what: 'a member written twice',
    body: '{"jsonrpc":"2.0","id":7,"method":"a","method":"b"}',
    ...DOUBLED,
    id: 7,
  },
  { what: 'a member written twice, once escaped', body: `{${ping},"meth\\u006fd":"x"}`, ...DOUBLED, id: 7 },
  { what: 'an id written twice', body: '{"jsonrpc":"2.0","id":7,"id":8,"method":"ping"}', ...DOUBLED },
  {
    what: 'a doubled member deep inside',
    body: `{${ping},"params":{"a":[{"b":1,"b":2}]}}`,
    ...DOUBLED,
    id: 7,
  },
  { what: 'deep nesting', body: nested(40), word: 'too_deep', code: -32600 },
  { what: 'very deep nesting', body: '['.repeat(4_000), word: 'too_deep', code: -32600 },
  {
    what: 'too many elements',
    body: `{${ping},"params":{"a":[${'0,'.repeat(400)}0]}}`,
    word: 'too_many_elements',
    code: -32600,
  },
  {
    what: 'too many bytes',
    body: `{${ping},"params":{"a":"${'x'.repeat(5_000)}"}}`,
    word: 'too_large',
    code: -32600,
    status: 413,
  },
];

describe('[BAD-JSON] [BAD-UTF8] [BAD-DOUBLED] [BAD-REQUEST] [LIMIT-BODY] [LIMIT-DEPTH] [LIMIT-ELEMENTS] Streamable HTTP answers a wrong body with a status and an error', () => {
  it.each(ROWS)('$what: $word', async ({ body, word, code, id = null, status = 400 }) => {
    const reply = await healthy.post(body);
    expect(reply.status).toBe(status);
    expect(reply.headers['content-type']).toBe('application/json');
    check(await reply.json<Rpc>(), { word, code, id });
  });

  it('without a session, too', async () => {
    const stranger = new StreamableClient(gateway.mcp(), '2025-11-25');
    const reply = await stranger.post('{"jsonrpc"');
    expect(reply.status).toBe(400);
    check(await reply.json<Rpc>(), { ...PARSE, id: null });
  });
});

describe('[SSE-ERROR-ON-STREAM] [BAD-JSON] HTTP+SSE answers a wrong body with 202 and the error on the stream', () => {
  it.each(ROWS)('$what: $word', async ({ body, word, code, id = null }) => {
    const before = healthySse.feed.messages.length;
    const reply = await healthySse.post(body);
    expect([reply.status, await reply.text()]).toEqual([202, '']);
    const error = await healthySse.feed.until('the error', () => healthySse.feed.messages[before]);
    check(error, { word, code, id });
  });
});

describe('[LIMIT-BODY-CHUNKED] a body without a declared length is counted as it comes', () => {
  const pieces = Array.from({ length: 20 }, () => 'x'.repeat(1_000));

  it('over Streamable HTTP: 413', async () => {
    const reply = await healthy.post('', { chunks: pieces });
    expect(reply.status).toBe(413);
    check(await reply.json<Rpc>(), { word: 'too_large', code: -32600, id: null });
  });

  it('over HTTP+SSE: 202 and the error on the stream', async () => {
    const before = healthySse.feed.messages.length;
    const reply = await healthySse.post('', { chunks: pieces });
    expect(reply.status).toBe(202);
    const error = await healthySse.feed.until('the error', () => healthySse.feed.messages[before]);
    check(error, { word: 'too_large', code: -32600, id: null });
  });
});

describe('[LIMIT-BODY-TOLD] a body far over the cap', () => {
  it.each([
    ['of Streamable HTTP is 413', () => new URL(gateway.mcp()), 413],
    ['of HTTP+SSE is 202', () => healthySse.endpoint, 202],
    ['at no path is 404', () => new URL(`${gateway.url}/nothing`), 404],
  ])('%s, and the connection ends in good order', async (_what, url, status) => {
    const size = 20_000_000;
    const { pathname, search } = url();
    const socket = connect(gateway.port, '127.0.0.1');
    const pieces: Buffer[] = [];
    socket.on('data', (piece) => pieces.push(piece));
    const head = [
      `POST ${pathname}${search} HTTP/1.1`,
      'host: 127.0.0.1',
      'content-type: application/json',
      'accept: application/json, text/event-stream',
      `content-length: ${size}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(Buffer.alloc(size, 'x'));
    // Rejects when the socket is reset.
    await within(once(socket, 'end'), 'the end of the connection');
    expect(Buffer.concat(pieces).toString()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  it('that never ends is cut off', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(`POST /nothing HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n\r\n`);
    const [answer] = (await within(once(socket, 'data'), 'an answer')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 404 [^]*connection: close/i);
    await within(once(socket, 'close'), 'the end of the connection');
  });
});

function check(answer: Rpc, wanted: { word: string; code: number; id: string | number | null }): void {
  const { error } = answer;
  expect({ id: answer.id, word: wordOf(answer), code: error?.code }).toEqual({
    id: wanted.id,
    word: wanted.word,
    code: wanted.code,
  });
  expect(error?.message).toMatch(/^[A-Z`"].{5,200}\.$/);
  expect(error?.data?.hint).toMatch(/^[A-Z].*\.$/);
}
