/**
 * Bytes that are no proper HTTP, or come too slowly: answered once where an answer can be read, and closed. What
 * follows on the same connection is never served.
 */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listen, type Listening } from '../../src/edges/node/http.ts';
import { echoStdio, startTestGateway, type TestGateway } from '../support/gateway.ts';
import { SseClient, StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import { firstAnswer, type Rpc, send, wire, Wire } from '../support/raw.ts';

const SLOW_MS = 300;

let gateway: TestGateway;
let listening: Listening;
let healthy: StreamableClient;
let healthySse: SseClient;
let port: number;
let calls = 0;

beforeAll(async () => {
  gateway = await startTestGateway({ servers: { echo: echoStdio({ sharing: 'shared' }) }, bodyMs: SLOW_MS });
  // A second address of the same gateway, on which a head may take no longer than a body.
  listening = await listen(gateway.gateway.node, { host: '127.0.0.1', port: 0, headersMs: SLOW_MS });
  port = listening.port;
  healthy = await StreamableClient.start(gateway.mcp());
  healthySse = await SseClient.open(`http://127.0.0.1:${port}/sse`);
  return () => {
    listening.server.closeAllConnections();
    return listening.close();
  };
});

afterEach(async () => {
  for (const client of [healthy, healthySse]) {
    const text = `healthy ${++calls}`;
    expect(textOf(await client.ask(toolCall(calls, 'echo', { text })))).toBe(text);
  }
});

const HOST = 'Host: localhost\r\n';
const JSON_HEAD = `POST /mcp HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`;
const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
/** What must not be served, hidden behind each broken request. */
const SMUGGLED = `GET /healthz HTTP/1.1\r\n${HOST}\r\n`;

describe('[SEC-SMUGGLING] [BAD-HEADERS] broken requests are answered with one sentence, and nothing behind them is served', () => {
  const chunked = `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`;
  const get = `GET /healthz HTTP/1.1\r\n${HOST}`;
  const ROWS: readonly (readonly [string, string, number, string])[] = [
    [
      'both lengths',
      `${JSON_HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed_http',
    ],
    [
      'two lengths',
      `${JSON_HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456`,
      400,
      'malformed_http',
    ],
    [
      'the same length twice',
      `${JSON_HEAD}Content-Length: 40\r\nContent-Length: 40\r\n\r\n${PING}`,
      400,
      'malformed_http',
    ],
    ['a list of lengths', `${JSON_HEAD}Content-Length: 40, 40\r\n\r\n${PING}`, 400, 'malformed_http'],
    ['a signed length', `${JSON_HEAD}Content-Length: +40\r\n\r\n${PING}`, 400, 'malformed_http'],
    ['an unknown coding', `${JSON_HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`, 400, 'malformed_http'],
    [
      'chunked not last',
      `${JSON_HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      400,
      'malformed_http',
    ],
    [
      'a space before a colon',
      `${JSON_HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      400,
      'malformed_http',
    ],
    ['bare line feeds', 'GET /healthz HTTP/1.1\nHost: localhost\n\n', 400, 'malformed_http'],
    ['one bare line feed', `${get}X: a\n\r\n`, 400, 'malformed_http'],
    ['a bare carriage return', `${get}X: a\rb\r\n\r\n`, 400, 'malformed_http'],
    ['a folded header', `${get}X: a\r\n b\r\n\r\n`, 400, 'malformed_http'],
    ['a NUL', `${get}X: a\0b\r\n\r\n`, 400, 'malformed_http'],
    ['a header without a colon', `${get}X\r\n\r\n`, 400, 'malformed_http'],
    ['a chunk that is no number', `${chunked}zz\r\nabc\r\n0\r\n\r\n`, 400, 'malformed_http'],
    ['a negative chunk', `${chunked}-1\r\nabc\r\n0\r\n\r\n`, 400, 'malformed_http'],
    ['a chunk that is longer than it says', `${chunked}28\r\n${PING}XX0\r\n\r\n`, 400, 'malformed_http'],
    ['a chunk beyond all numbers', `${chunked}ffffffffffffffffff\r\n${PING}`, 400, 'malformed_http'],
    [
      'endless chunk extensions',
      `${chunked}28;${'a'.repeat(20_000)}\r\n${PING}\r\n0\r\n\r\n`,
      413,
      'too_large',
    ],
    ['huge headers', `${get}X: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['a huge path', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, 431, 'headers_too_large'],
    ['thousands of headers', `${get}${'A: b\r\n'.repeat(4_000)}\r\n`, 431, 'headers_too_large'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n', 400, 'malformed_http'],
    ['two hosts', `${get}Host: evil.example\r\n\r\n`, 400, 'malformed_http'],
    ['another protocol', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'malformed_http'],
    ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'malformed_http'],
    ['an unknown method', `GETT /healthz HTTP/1.1\r\n${HOST}\r\n`, 400, 'malformed_http'],
  ];

  it.each(ROWS)('%s', async (_name, bytes, status, word) => {
    const raw = await wire(port, Buffer.from(bytes + SMUGGLED, 'latin1'));
    expect(raw.match(/HTTP\/1\.1 \d{3}/g)).toEqual([`HTTP/1.1 ${status}`]);
    check(firstAnswer(raw).body, word);
  });

  it('garbage behind a good request costs the connection, not the answer', async () => {
    const raw = await wire(port, `GET /healthz HTTP/1.1\r\n${HOST}\r\n\x00\x01garbage`);
    expect(firstAnswer(raw).status).toBe(200);
  });

  it('garbage on the socket of a live stream ends that stream only', async () => {
    const socket = await Wire.open(port);
    socket.write(`GET /sse HTTP/1.1\r\n${HOST}Accept: text/event-stream\r\n\r\n`);
    await socket.until(/event: endpoint/);
    const raw = await socket.write('\x00\x01garbage\r\n\r\n').end();
    expect(raw.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('CONNECT is no way through, and an upgrade that is not offered is ignored', async () => {
    expect(await wire(port, `CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`)).toBe('');
    const upgrade = `GET /healthz HTTP/1.1\r\n${HOST}Connection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`;
    expect(firstAnswer(await wire(port, upgrade)).status).toBe(200);
  });
});

describe('slow peers are given up', () => {
  it('[LIMIT-HEAD-TIME] one that sends nothing, a part of a head, or a head drop by drop: 408', async () => {
    const nothing = Wire.open(port);
    const part = Wire.open(port);
    const drops = Wire.open(port);
    (await part).write('GET /healthz HTTP/1.1\r\nHo');
    const dripping = await drops;
    const timer = setInterval(() => dripping.write('a'), 20);
    dripping.write('GET /healthz HTTP/1.1\r\nX-Slow: ');
    try {
      for (const socket of [await nothing, await part, dripping]) {
        const answer = firstAnswer(await socket.end(3_000));
        expect(answer.status).toBe(408);
        check(answer.body, 'headers_timeout');
      }
    } finally {
      clearInterval(timer);
    }
  });

  it.each([
    ['a part of a body', `${JSON_HEAD}Content-Length: 40\r\n\r\n{"json`],
    ['no body at all', `${JSON_HEAD}Content-Length: 40\r\n\r\n`],
    ['a part of a chunked body', `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n28\r\n{"json`],
  ])('%s: 408', async (_name, bytes) => {
    const answer = firstAnswer(await wire(port, bytes, 3_000));
    expect(answer.status).toBe(408);
    check(answer.body, 'body_timeout');
  });

  it('[LIMIT-BODY-TIME] a body drop by drop: 408', async () => {
    const socket = await Wire.open(port);
    socket.write(`${JSON_HEAD}Content-Length: 4000\r\n\r\n`);
    const timer = setInterval(() => socket.write(' '), 20);
    try {
      expect(firstAnswer(await socket.end(3_000)).status).toBe(408);
    } finally {
      clearInterval(timer);
    }
  });

  it('a slow body on a live HTTP+SSE session: 202 and the error on the stream', async () => {
    const { pathname, search } = healthySse.endpoint;
    const head = `POST ${pathname}${search} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 40\r\n\r\n{`;
    const before = healthySse.feed.messages.length;
    expect(firstAnswer(await wire(port, head, 3_000)).status).toBe(202);
    const told = await healthySse.feed.until('the error', () => healthySse.feed.messages[before]);
    expect(wordOf(told)).toBe('body_timeout');
  });
});

it('[LIMIT-BODY-CHUNKED] a body without an end is refused as soon as it is too large', async () => {
  const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
  const socket = await Wire.open(port);
  socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(5)}`);
  const answer = firstAnswer(await socket.end());
  expect(answer.status).toBe(413);
  check(answer.body, 'too_large');
});

it('[LIMIT-BODY] an upload that is refused while it is being sent is answered all the same', async () => {
  const body = new Uint8Array(20 * 1024 * 1024).fill(0x20);
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  for (const path of ['/mcp', '/nowhere']) {
    const reply = await send(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers,
      body,
      alone: true,
    });
    expect([reply.status, wordOf(await reply.json<Rpc>())]).toEqual(
      path === '/mcp' ? [413, 'too_large'] : [404, 'not_found'],
    );
  }
});

function check(body: string, word: string): void {
  const answer = JSON.parse(body) as Rpc;
  expect({ id: answer.id, word: wordOf(answer) }).toEqual({ id: null, word });
  expect(answer.error?.message).toMatch(/^[A-Z].{5,200}\.$/);
}
