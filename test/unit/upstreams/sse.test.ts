import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import type { UpstreamError } from '../../../src/engine/ports.ts';
import { sse } from '../../../src/upstreams/sse.ts';
import { call, until } from './harness.ts';
import {
  type Answer,
  driverFor,
  eventOf,
  HELLO,
  INITIALIZED,
  json,
  linked as linkedTo,
  type LinkSetup,
  type Played,
  played,
  result,
  stream,
} from './network-harness.ts';
import { context, Recorder } from './harness.ts';

/** A server of HTTP+SSE that answers on its latest stream. */
function streaming(
  first: string | ((url: string) => string),
  answer?: Answer,
): Promise<Played & { open: ServerResponse[] }> {
  const open: ServerResponse[] = [];
  return played(async (got, response) => {
    if (got.method === 'GET') {
      open.push(stream(response));
      response.write(typeof first === 'string' ? first : first(`http://${got.headers.host}`));
      return;
    }
    if ((await answer?.(got, response)) ?? !answer) {
      response.writeHead(202).end();
      if (got.message.id !== undefined)
        open.at(-1)?.write(eventOf(result(got.message.id, { echo: got.message.params })));
    }
  }).then((server) => Object.assign(server, { open }));
}

const linked = (url: string, setup: LinkSetup = {}) => linkedTo(url, { make: sse, ...setup });
const ENDPOINT = 'event: endpoint\ndata: /messages?sessionId=1\n\n';

async function refusal(url: string, setup: LinkSetup = {}) {
  const { driver, notes } = driverFor(url, { make: sse, ...setup });
  const error = await driver.open(new Recorder(), context()).then(
    () => undefined,
    (thrown: UpstreamError) => thrown.fault,
  );
  return { fault: error, health: driver.health(), notes };
}

describe('a link over HTTP+SSE', () => {
  it('[SSEUP-ENDPOINT] posts to the endpoint and is answered on the stream', async () => {
    const server = await streaming(ENDPOINT);
    const at = await linked(`${server.url}/base/sse?key=k`, { headers: { 'x-key': 'v' } });
    at.link.send(HELLO, 1);
    expect((await at.recorder.answer(1)).result).toMatchObject({ echo: { protocolVersion: '2025-06-18' } });
    at.link.send(INITIALIZED);
    await server.until(({ message }) => message.method === 'notifications/initialized');
    expect(server.got.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /base/sse?key=k',
      'POST /messages?sessionId=1',
      'POST /messages?sessionId=1',
    ]);
    expect(server.got[0]?.headers).toMatchObject({ accept: 'text/event-stream', 'x-key': 'v' });
    expect(server.got[1]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-key': 'v' });
    for (const { headers } of server.got) expect(headers['cdn-loop']).toBe('sluice-test-loop');
    expect(at.driver.health()).toEqual({ state: 'up', links: 1, restarts: 0 });
    await at.link.close();
    await until('the stream is cut', () => server.open[0]?.destroyed === true);
    expect(at.recorder.faults).toMatchObject([{ code: 'closed' }]);
  });

  it.each([
    ['relative to the stream', 'messages/1', '/base/messages/1'],
    ['absolute', 'SELF/m?x=%20', '/m?x=%20'],
    ['JSON', '{"uri":"/messages?session_id=9"}', '/messages?session_id=9'],
    ['with blanks', '  /m  ', '/m'],
  ])('[SSEUP-ENDPOINT] takes an endpoint that is %s', async (_how, data, target) => {
    const server = await streaming((self) => `event: endpoint\ndata: ${data.replace('SELF', self)}\n\n`);
    const at = await linked(`${server.url}/base/sse`);
    at.link.send(HELLO, 1);
    await at.recorder.answer(1);
    expect(server.got[1]?.url).toBe(target);
  });

  it.each([
    ['foreign-endpoint', 'http://evil.example.com:81/m', 'http://evil.example.com:81'],
    ['foreign-endpoint', '//evil.example.com/m', 'http://evil.example.com'],
    ['foreign-endpoint', 'https://127.0.0.1/m', 'https://127.0.0.1'],
    ['foreign-endpoint', 'file:///etc/passwd', 'file://'],
    ['bad-endpoint', '', 'no address'],
    ['bad-endpoint', '{"url":"/m"}', 'no address'],
    ['bad-endpoint', '{nonsense', 'no address'],
    ['bad-endpoint', `/${'m'.repeat(10_000)}`, 'no address'],
  ])('[SSEUP-FOREIGN] refuses an endpoint: %s (%#)', async (code, data, words) => {
    const server = await streaming(`event: endpoint\ndata: ${data}\n\n`);
    const { fault, health, notes } = await refusal(`${server.url}/sse?secret=1`);
    expect(fault?.code).toBe(code);
    expect(fault?.message).toContain(words);
    expect(fault?.message).not.toContain('secret');
    expect(health).toMatchObject({ state: 'failed', links: 0, reason: fault?.message });
    expect(notes.refusals).toMatchObject([{ code }]);
    await until('the stream is cut', () => server.open[0]?.destroyed === true);
    expect(server.got).toHaveLength(1);
  });

  it('[SSEUP-SECOND] ignores a second endpoint, and goes on', async () => {
    const server = await streaming(`${ENDPOINT}event: endpoint\ndata: /other\n\n`);
    const at = await linked(server.url);
    at.link.send(HELLO, 1);
    await at.recorder.answer(1);
    expect(server.got.map(({ url }) => url)).toEqual(['/', '/messages?sessionId=1']);
    expect(at.notes.refusals).toMatchObject([{ code: 'second-endpoint' }]);
  });

  it('[SSEUP-NO-ENDPOINT] gives up where none is named in time, or somebody gives up first', async () => {
    const server = await streaming(': hello\n\nevent: connected\ndata: {}\n\n');
    const { fault, health } = await refusal(server.url, { endpointMs: 50 });
    expect(fault).toMatchObject({ code: 'no-endpoint' });
    expect(fault?.message).toContain('0.1 s');
    expect(health.state).toBe('failed');
    const { driver } = driverFor(server.url, { make: sse });
    const gone = new AbortController();
    const opening = driver.open(new Recorder(), context('x', gone.signal));
    await until('it was asked', () => server.open.length === 2);
    gone.abort();
    await expect(opening).rejects.toMatchObject({ fault: { code: 'closed' } });
    expect(driver.health().links).toBe(0);
    await until('both are cut', () => server.open.every(({ destroyed }) => destroyed));
  });

  it('[SSEUP-BODY] takes an answer once, in the body, on the stream, or in both', async () => {
    const where = new Map([
      [1, 'both'],
      [2, 'stream'],
      [3, 'body'],
      [4, 'both'],
    ]);
    const server = await streaming(ENDPOINT, ({ message }, response) => {
      const id = Number(message.id);
      const answer = result(message.id, { where: where.get(id) });
      if (where.get(id) === 'stream')
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"accepted"}');
      else json(response, answer);
      if (where.get(id) !== 'body') server.open[0]?.write(eventOf(answer));
      return false;
    });
    const at = await linked(server.url);
    for (const id of where.keys()) {
      at.link.send(call(id, 'x'), id);
      expect((await at.recorder.answer(id)).result).toEqual({ where: where.get(id) });
    }
    server.open[0]?.write(eventOf({ jsonrpc: '2.0', method: 'notifications/last' }));
    await at.recorder.notice('notifications/last');
    expect(at.recorder.said).toHaveLength(5);
    expect(at.notes.refusals).toEqual([]);
  });

  it('[SSEUP-CUT] ends with its stream, and may be opened again', async () => {
    const server = await streaming(ENDPOINT);
    const at = await linked(server.url);
    at.link.send(HELLO, 1);
    await at.recorder.answer(1);
    server.open[0]?.end();
    expect(await at.recorder.fault()).toMatchObject({ code: 'cut', isRecoverable: true });
    at.link.send(call(2, 'x'), 2);
    const again = await at.driver.open(new Recorder(), context());
    again.send(HELLO, 1);
    await until('it counts', () => at.driver.health().restarts === 1);
    expect(at.driver.health()).toMatchObject({ state: 'up', links: 1 });
    expect(server.got.filter(({ message }) => message.id === 2)).toEqual([]);
  });

  it('[SSEUP-LOST] ends where the server forgot the session, and says what it refused', async () => {
    let isKnown = true;
    const server = await streaming(ENDPOINT, (_got, response) => {
      if (isKnown) return true;
      response.writeHead(404).end();
      return false;
    });
    const at = await linked(server.url);
    at.link.send(HELLO, 1);
    await at.recorder.answer(1);
    isKnown = false;
    at.link.send(call(2, 'x'), 2);
    const fault = await at.recorder.fault();
    expect(fault).toMatchObject({ code: 'session-lost', isRecoverable: true, unsent: new Set([2]) });
    expect(at.recorder.failures).toEqual([]);
  });

  it('[SSEUP-REFUSED] fails the call whose POST is refused, and no other', async () => {
    const server = await streaming(ENDPOINT, ({ message }, response) => {
      if (message.id === 2) response.writeHead(500).end('no');
      if (message.id === 3) {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32600, message: 'Bad' } }));
      }
      return message.id !== 2 && message.id !== 3;
    });
    const at = await linked(server.url);
    for (const id of [1, 2, 3, 4]) at.link.send(call(id, 'x'), id);
    await at.recorder.answer(1);
    expect((await at.recorder.answer(3)).error).toEqual({ code: -32600, message: 'Bad' });
    await at.recorder.answer(4);
    await until('it failed', () => at.recorder.failures.length === 1);
    expect(at.recorder.failures).toMatchObject([
      { number: 2, fault: { code: 'http-status' }, isUnsent: false },
    ]);
    expect(at.recorder.faults).toEqual([]);
  });
});
