/** What a server of HTTP+SSE may answer instead of a stream, and what may be wrong on it. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { UpstreamError } from '../../../src/engine/ports.ts';
import { sse } from '../../../src/upstreams/sse.ts';
import { call, context, PlayedRuntime, Recorder, until } from './harness.ts';
import {
  type Answer,
  driverFor,
  eventOf,
  HELLO,
  linked,
  type LinkSetup,
  played,
  result,
  stream,
} from './network-harness.ts';

const ENDPOINT = 'event: endpoint\ndata: m?id=1\n\n';

function status(code: number, headers: Record<string, string> = {}, body = 'secret') {
  return (_got: unknown, response: ServerResponse) => void response.writeHead(code, headers).end(body);
}

const ODD: [what: string, code: string, state: string, answer: Answer][] = [
  ['404', 'wrong-address', 'failed', status(404)],
  ['405', 'wrong-address', 'failed', status(405)],
  ['401', 'unauthorized', 'failed', status(401)],
  ['500', 'http-status', 'failed', status(500)],
  ['502', 'bad-gateway', 'failed', status(502)],
  ['503', 'busy', 'failed', status(503)],
  ['508', 'loop', 'failed', status(508)],
  ['204', 'http-status', 'failed', (_got, response) => void response.writeHead(204).end()],
  ['a web page', 'not-mcp', 'failed', status(200, { 'content-type': 'text/html' })],
  ['JSON', 'not-mcp', 'failed', status(200, { 'content-type': 'application/json' }, '{}')],
  ['a redirect elsewhere', 'redirected', 'failed', status(302, { location: 'http://evil.example.com/sse' })],
  ['a redirect without end', 'redirected', 'failed', status(302, { location: '/again' })],
  ['a stream that ends', 'cut', 'failed', (_got, response) => void stream(response).end(': bye\n\n')],
  ['a broken connection', 'cut', 'failed', (got) => void got.request.socket.destroy()],
  [
    'a compressed stream',
    'compressed',
    'failed',
    (_got, response) => void stream(response, { 'content-encoding': 'gzip' }).end(gzipSync(ENDPOINT)),
  ],
];

async function refusal(url: string, setup: LinkSetup = {}) {
  const { driver, notes } = driverFor(url, { make: sse, ...setup });
  const opening = driver.open(new Recorder(), context());
  const error = await opening.then(
    () => undefined,
    (thrown: UpstreamError) => thrown.fault,
  );
  return { fault: error, driver, notes };
}

describe('an answer that is no stream', () => {
  it.each(ODD)('[SSEUP-ODD] %s is told as %s', async (_what, code, state, answer) => {
    const server = await played(answer);
    const { fault, driver, notes } = await refusal(`${server.url}/sse?secret=1`);
    expect(fault).toMatchObject({ code });
    expect(fault?.message).toMatch(/^The server "far" .*\.$/);
    expect(notes.refusals).toMatchObject([{ code, message: fault?.message }]);
    expect(driver.health()).toMatchObject({ state, links: 0, reason: fault?.message });
    expect(JSON.stringify([fault, notes.refusals, driver.health()])).not.toContain('secret');
  });

  it.each([
    ['nothing', ''],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(10_000)}`],
    ['a length that is none', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'],
  ])('[SSEUP-ODD] bytes that are not HTTP (%s) end in a fault', async (_what, bytes) => {
    const raw = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(bytes));
    });
    onTestFinished(() => void raw.close());
    raw.listen(0, '127.0.0.1');
    await once(raw, 'listening');
    const { fault } = await refusal(`http://127.0.0.1:${(raw.address() as AddressInfo).port}/sse`);
    expect(fault?.code).toMatch(/^(cut|not-http)$/);
    if (bytes !== '') expect(fault?.code).toBe('not-http');
  });
});

describe('a stream over HTTP+SSE', () => {
  it('[SSEUP-REDIRECT] is found behind a redirect, and its endpoint from there', async () => {
    const server = await played(({ method, url, message }, response) => {
      if (url === '/sse') return void response.writeHead(301, { location: '/v2/sse' }).end('moved');
      if (method === 'GET') return void stream(response).write(ENDPOINT);
      if (url === '/v2/m?id=1') return void response.writeHead(308, { location: '/v3/m' }).end();
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(result(message.id)));
    });
    const at = await linked(`${server.url}/sse`, { make: sse });
    at.link.send(HELLO, 1);
    await at.recorder.answer(1);
    expect(server.got.map(({ url }) => url)).toEqual(['/sse', '/v2/sse', '/v2/m?id=1', '/v3/m']);
  });

  it('[SSEUP-BAD] tells callers of answers that cannot be taken, and goes on', async () => {
    const open: ServerResponse[] = [];
    const server = await played(({ method }, response) => {
      if (method === 'GET') {
        open.push(stream(response));
        return void response.write(`\uFEFF: mark\r\r${ENDPOINT}`);
      }
      response.writeHead(202).end();
    });
    const at = await linked(server.url, { make: sse, maxMessageBytes: 1_000 });
    for (const id of [1, 2, 3, 4]) at.link.send(call(id, 'x'), id);
    await until('all are taken', () => server.got.length === 5);
    open[0]?.write('data: nonsense\n\nevent: heartbeat\ndata: {}\n\nevent: message\ndata:\n\n');
    open[0]?.write('data: {"jsonrpc":"2.0","id":1,"result":{"a":1,\rdata: "b":2}}\r\r');
    open[0]?.write('data: {"jsonrpc":"2.0","id":2,"result":{},"result":{}}\n\n');
    open[0]?.write(eventOf(result(3, 'x'.repeat(2_000))));
    open[0]?.write('data: {"jsonrpc":"2.0","method":"endpoint","params":{"uri":"http://evil"}}\n\n');
    open[0]?.write(eventOf(result(4, 'good')));
    expect((await at.recorder.answer(4)).result).toBe('good');
    const words = at.recorder.said.map(({ value }) => [
      value.id,
      (value.error?.data as { code?: string })?.code,
    ]);
    expect(words).toEqual([
      [1, undefined],
      [2, 'upstream_bad_answer'],
      [3, 'answer_too_large'],
      [4, undefined],
    ]);
    expect(at.notes.refusals.map(({ code }) => code)).toEqual([
      'parse_error',
      'doubled_member',
      'event_too_large',
    ]);
  });

  it('[SSEUP-FLOOD] rests after so much rubbish in a second, holds the server up, and reads on', async () => {
    const open: ServerResponse[] = [];
    const server = await played((_got, response) => {
      open.push(stream(response));
      response.write(ENDPOINT);
    });
    const runtime = new PlayedRuntime();
    const at = await linked(server.url, { make: sse, runtime });
    const [body] = open as [ServerResponse];
    const timers = runtime.timers;
    body.write('data: x\n\n'.repeat(2_000));
    await until('it rests', () => runtime.timers > timers);
    // More than the sockets hold.
    for (let n = 0; n < 16; n++) body.write(`: ${'x'.repeat(1024 * 1024)}\n`);
    body.write(eventOf({ jsonrpc: '2.0', method: 'notifications/last' }));
    for (let turn = 0; turn < 200; turn++) await new Promise((next) => setImmediate(next));
    expect(body.writableLength).toBeGreaterThan(1024 * 1024);
    expect(at.recorder.said).toEqual([]);
    runtime.pass(1_000);
    await at.recorder.notice('notifications/last');
    expect(at.notes.refusals.length).toBeLessThan(20);
  });
});
