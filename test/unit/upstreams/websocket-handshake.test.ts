/** Handshakes with servers over WebSocket, and what they come to. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { within } from '../../support/raw.ts';
import { call, context, Recorder, stillRuntime, until } from './harness.ts';
import { SocketServer } from './socket-server.ts';
import { endings, made, opened, refusal, serve } from './socket-world.ts';

describe('a handshake', () => {
  it('[WSUP-HANDSHAKE] carries the headers of the entry, ours, and none of the caller but those let through', async () => {
    const server = await serve();
    const driver = made(server.url.replace('//', '//me:s%C3%A9cret@'), { headers: { 'X-Team': 'blue' } });
    const forwarded = { 'x-user': 'ann', 'x-team': 'red', cookie: 'a=b', 'sec-websocket-key': 'mine' };
    await driver.open(new Recorder(), { ...context(), forwarded });
    const [request] = server.requests;
    expect(request?.url).toBe('/ws');
    expect(request?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('me:sécret').toString('base64')}`,
      'x-team': 'blue',
      'x-user': 'ann',
      'cdn-loop': 'sluice-me',
      'sec-websocket-protocol': 'mcp',
    });
    expect(request?.headers['sec-websocket-key']).not.toBe('mine');
    expect(request?.headers['cookie']).toBeUndefined();
    expect(request?.headers['sec-websocket-extensions']).toBeUndefined();
  });

  it('[WSUP-PLAIN] is done without the subprotocol where the server does not know it, and from then on', async () => {
    const server = await serve({ options: { handleProtocols: () => false } });
    const driver = made(server.url);
    const { link, events } = await opened(driver);
    link.send(call(1, 'ping'), 1);
    expect((await events.answer(1)).result).toEqual({});
    await opened(driver);
    expect(server.requests.map(({ headers }) => headers['sec-websocket-protocol'])).toEqual([
      'mcp',
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['401 Unauthorized', '', 'unauthorized', 'check the `headers`'],
    ['403 Forbidden', '', 'unauthorized', 'check the `headers`'],
    ['404 Not Found', '', 'wrong-address', 'correct its `url`'],
    ['503 Service Unavailable', 'retry-after: 7\r\n', 'busy', 'try again later'],
    ['508 Loop Detected', '', 'loop', 'correct its `url`'],
    ['302 Found', 'location: ws://127.0.0.1:1/other\r\n', 'redirected', 'where it really is'],
    ['307 Temporary Redirect', 'location: /elsewhere\r\n', 'redirected', 'where it really is'],
    ['200 OK', '', 'not-websocket', 'correct its `url` or its `type`'],
    ['426 Upgrade Required', '', 'not-websocket', 'correct its `url` or its `type`'],
    ['500 Internal Server Error', '', 'http-status', 'look into its log'],
  ])('[WSUP-REFUSED] answered %s is told as it is', async (status, headers, code, words) => {
    const server = await serve({
      refusal: () => `HTTP/1.1 ${status}\r\n${headers}content-length: 0\r\n\r\n`,
    });
    const fault = await refusal(made(`${server.url}?key=secret`));
    expect(fault.code).toBe(code);
    expect(fault.message).toContain(words);
    expect(fault.message).not.toContain('secret');
    if (code === 'busy') expect(fault.retryAfterMs).toBe(7_000);
    expect(server.requests).toHaveLength(1);
  });

  it('[WSUP-REFUSED] that is taken falsely is told', async () => {
    const wrong =
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-protocol: mcp\r\nsec-websocket-accept: no\r\n\r\n';
    const server = await serve({ refusal: () => wrong });
    expect(await refusal(made(server.url))).toMatchObject({ code: 'not-websocket', isRecoverable: false });
  });

  it('[WSUP-AWAY] with nobody is told at once, and may be tried again', async () => {
    const server = await SocketServer.start();
    await server.close();
    const fault = await refusal(made(server.url));
    expect(fault).toMatchObject({ code: 'unreachable', isRecoverable: true });
    expect(fault.message).toContain('nothing listens there');
  });

  it('[WSUP-SLOW-START] that takes too long is given up, however much of it comes', async () => {
    const dripping = createServer((socket) => {
      socket.on('error', () => {});
      const timer = setInterval(() => socket.write('x'), 20);
      socket.write('HTTP/1.1 101 ');
      socket.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
    endings.push(() => new Promise((resolve) => dripping.close(resolve)));
    const { port } = dripping.address() as { port: number };
    const fault = await refusal(made(`ws://127.0.0.1:${port}/`, { connectMs: 200 }));
    expect(fault).toMatchObject({ code: 'unreachable', isRecoverable: true });
  });

  it('[WSUP-SLOW-START] that nobody waits for any more is given up', async () => {
    const server = await serve({ refusal: () => '' });
    const abort = new AbortController();
    // Far longer than the test waits.
    const driver = made(server.url, { connectMs: 60_000 });
    const opening = driver.open(new Recorder(), context('anyone', abort.signal));
    await until('the handshake has come', () => server.requests.length === 1);
    abort.abort();
    await expect(within(opening, 'the end')).rejects.toMatchObject({ fault: { code: 'closed' } });
  });

  it('[WSUP-BACKOFF] that fails again and again is not tried for a while', async () => {
    const server = await serve({ refusal: () => 'HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n' });
    const driver = made(server.url);
    expect((await refusal(driver)).code).toBe('http-status');
    expect((await refusal(driver)).code).toBe('http-status');
    const fault = await refusal(driver);
    expect(fault.code).toBe('backoff');
    expect(fault.retryAfterMs).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(2);
    expect(driver.health()).toMatchObject({ state: 'failed', links: 0 });
  });

  it('[WSUP-BACKOFF] after which a link ends without a word counts as a failure, too', async () => {
    const server = await serve({ connected: (ws) => ws.close(1008) });
    const driver = made(server.url);
    for (let n = 0; n < 2; n++) {
      const { events } = await opened(driver);
      await events.fault();
    }
    expect((await refusal(driver)).code).toBe('backoff');
  });

  it('[WSUP-BACKOFF] after which nothing is answered counts as a failure, once it had the time', async () => {
    const server = await serve({ connected: () => {} });
    const runtime = stillRuntime();
    const driver = made(server.url, { runtime });
    for (let n = 0; n < 2; n++) {
      const { link } = await opened(driver);
      link.send(call(1, 'initialize'), 1);
      runtime.shift(30_000);
      await link.close();
    }
    const fault = await refusal(driver);
    expect(fault.code).toBe('backoff');
    expect(fault.message).toContain('did not answer');
  });

  it('[WSUP-CAP] over the cap on connections is refused', async () => {
    const server = await serve();
    const driver = made(server.url, { maxConnections: 2 });
    const [first] = [await opened(driver), await opened(driver)];
    expect(await refusal(driver)).toMatchObject({ code: 'too-many-connections' });
    await first.link.close();
    await opened(driver);
    expect(driver.health()).toMatchObject({ state: 'up', links: 2 });
  });

  it.each(['http://127.0.0.1/ws', 'ws:/', 'nonsense', 'file:///etc/passwd'])(
    '[WSUP-HANDSHAKE] with %s is refused when the driver is made',
    (url) => {
      expect(() => made(url)).toThrow(/The `url` of the server "far"/);
    },
  );
});
