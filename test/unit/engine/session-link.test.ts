/** A session and its way to the server: opened, lost, opened again. */
import { describe, expect, it } from 'vitest';
import { call, hello, message, notify, sseSession, turn, world } from './support.ts';

describe('`initialize`', () => {
  it('goes to the server and its answer to the client, byte for byte but the id', async () => {
    const at = world();
    at.driver.answersHello = false;
    const { session, connection } = sseSession(at);
    const params =
      '{"protocolVersion":"2025-03-26","capabilities":{"x":{"n":1.0}},"clientInfo":{"name":"\\u0063","version":"1"},"_meta":{"b":12345678901234567890}}';
    session.receive(message(`{"jsonrpc":"2.0","id":"h","method":"initialize","params": ${params} }`));
    await turn();
    const { link } = at.driver;
    expect(link.raw).toEqual([`{"jsonrpc":"2.0","id":1,"method":"initialize","params":${params}}`]);
    link.says('{"jsonrpc":"2.0","id":1,"result":{ "protocolVersion" : "2024-11-05","x":1.0}}');
    await turn();
    expect(connection.frames.map(({ data }) => data)).toEqual([
      '{"jsonrpc":"2.0","id":"h","result":{ "protocolVersion" : "2024-11-05","x":1.0}}',
    ]);
    expect(session.version).toBe('2024-11-05');
    expect(session.line.wasInitialized).toBe(true);
  });

  it('that the server refuses is answered with its error, and the link is closed', async () => {
    const at = world();
    at.driver.answersHello = false;
    const { session, connection } = sseSession(at);
    session.receive(hello());
    session.receive(call(1));
    await turn();
    const { link } = at.driver;
    link.says({ jsonrpc: '2.0', id: 1, error: { code: -32602, message: 'Unsupported protocol version' } });
    await turn();
    expect(connection.messages).toMatchObject([
      { id: 0, error: { code: -32602, message: 'Unsupported protocol version' } },
      { id: 1, error: { message: 'The server "srv" refused to be initialised.' } },
    ]);
    expect(link.closes).toBe(1);
    expect(session.line.wasInitialized).toBe(false);
  });

  it('twice at once opens one link, and the server judges the second', async () => {
    const at = world();
    at.driver.isHeld = true;
    const { session, connection } = sseSession(at);
    session.receive(hello(1));
    session.receive(hello(2));
    at.driver.release();
    await turn();
    expect(at.driver.opens).toBe(1);
    expect(connection.messages.map(({ id }) => id)).toEqual([1, 2]);
  });

  it('after a call that came first goes to the link that is being opened for that one', async () => {
    const at = world();
    at.driver.isHeld = true;
    const { session } = sseSession(at);
    session.receive(call(1));
    session.receive(hello(2));
    at.driver.release();
    await turn();
    expect(at.driver.opens).toBe(1);
    expect(at.driver.link.methods).toEqual([
      'initialize',
      'notifications/initialized',
      'tools/call',
      'initialize',
    ]);
    session.close('test');
    expect(at.driver.alive).toBe(0);
  });

  it('is not sent again by the gateway while the client does it', async () => {
    const at = world();
    const { session } = sseSession(at);
    session.receive(hello());
    session.receive(notify('notifications/initialized'));
    session.receive(call(1));
    await turn();
    expect(at.driver.link.methods).toEqual(['initialize', 'notifications/initialized', 'tools/call']);
  });

  it('is answered before what the server says next', async () => {
    const at = world();
    at.driver.answersHello = false;
    const { session, connection } = sseSession(at);
    session.receive(hello());
    await turn();
    const { link } = at.driver;
    link.answers(1, at.driver.handshake);
    link.notifies('notifications/tools/list_changed');
    link.asks('q', 'roots/list');
    await turn();
    expect(connection.messages.map(({ id, method }) => method ?? id)).toEqual([
      0,
      'notifications/tools/list_changed',
      'roots/list',
    ]);
  });

  it('may be preceded by log lines and pings of the server', async () => {
    const at = world();
    at.driver.answersHello = false;
    const { session, connection } = sseSession(at);
    session.receive(hello());
    await turn();
    const { link } = at.driver;
    link.notifies('notifications/message', { level: 'info', data: 'starting' });
    link.asks('p', 'ping');
    link.answers(1, at.driver.handshake);
    await turn();
    const [log, ping, answer] = connection.messages;
    expect([log?.method, ping?.method, answer?.id]).toEqual(['notifications/message', 'ping', 0]);
    session.receive(message({ jsonrpc: '2.0', id: ping?.id, result: {} }));
    expect(link.last).toEqual({ jsonrpc: '2.0', id: 'p', result: {} });
  });
});

describe('a client that never initialises', () => {
  it('[SSE-LENIENT-START] is served all the same: the gateway initialises the server for it', async () => {
    const at = world();
    const { session, connection } = sseSession(at);
    session.receive(call(1));
    await turn();
    const { link } = at.driver;
    expect(link.methods).toEqual(['initialize', 'notifications/initialized', 'tools/call']);
    expect(link.sent[0]?.params).toMatchObject({ protocolVersion: '2024-11-05', capabilities: {} });
    link.answers(link.last.id);
    expect(connection.messages.map(({ id }) => id)).toEqual([1]);
  });
});

describe('requests that wait for the link', () => {
  it('[ANSWER-ORDER] keep their order, also with those that come right after', async () => {
    const at = world();
    at.driver.isHeld = true;
    const { session } = sseSession(at);
    for (const id of [1, 2, 3]) session.receive(call(id, 'tools/call', { n: id }));
    session.receive(notify('notifications/roots/list_changed'));
    session.receive(call(4, 'tools/call', { n: 4 }));
    at.driver.release();
    // In between the steps of the handshake others come in.
    for (let n = 5; n < 25; n++) {
      session.receive(call(n, 'tools/call', { n }));
      await Promise.resolve();
    }
    await turn();
    const said = at.driver.link.calls.map(({ method, params }) => params?.n ?? method);
    const rest = Array.from({ length: 21 }, (_, index) => index + 4);
    expect(said).toEqual([1, 2, 3, 'notifications/roots/list_changed', ...rest]);
  });

  it('are answered with the reason when the server does not start', async () => {
    const at = world();
    at.driver.fault = {
      code: 'start-failed',
      message: 'The server "srv" did not start: no.',
      retryAfterMs: 9,
    };
    const { session, connection } = sseSession(at);
    for (const id of [1, 2]) session.receive(call(id));
    await turn();
    for (const { error } of connection.messages) {
      expect(error).toMatchObject({
        message: 'The server "srv" did not start: no.',
        data: { code: 'upstream_start_failed', retryAfterMs: 9 },
      });
    }
    expect(connection.messages).toHaveLength(2);
    expect(session.inFlight).toBe(0);
  });

  it('are tried anew with the next call', async () => {
    const at = world();
    at.driver.fault = { code: 'backoff', message: 'It rests.' };
    const { session } = sseSession(at);
    session.receive(call(1));
    await turn();
    at.driver.fault = undefined;
    session.receive(call(2));
    await turn();
    expect(at.driver.link.last.method).toBe('tools/call');
  });

  it('[SEC-NO-DETAILS] tell nothing of what broke inside', async () => {
    const at = world();
    at.driver.open = () => Promise.reject(new TypeError('secret of the inside'));
    const { session, connection } = sseSession(at);
    session.receive(call(1));
    session.receive(hello(2));
    await turn();
    expect(connection.messages.map(({ error }) => error?.data?.code)).toEqual([
      'internal_error',
      'internal_error',
    ]);
    expect(connection.text).not.toContain('secret');
  });

  it('[LIMIT-START-QUEUE] may hold so many bytes in all, and no more', async () => {
    const at = world({ settings: { upstreamQueuedBytes: 10_000 } });
    at.driver.isHeld = true;
    const { session, connection } = sseSession(at);
    for (let id = 0; id < 20; id++) session.receive(call(id, 'tools/call', { x: 'x'.repeat(1_000) }));
    const refused = connection.messages.length;
    expect(refused).toBeGreaterThanOrEqual(10);
    expect(connection.messages[0]?.error?.data?.code).toBe('upstream_busy');
    for (let n = 0; n < 100; n++) session.receive(notify('notifications/x', { x: 'x'.repeat(1_000) }));
    at.driver.release();
    await turn();
    const calls = at.driver.link.calls.length;
    expect(calls).toBe(20 - refused);
    session.receive(call('next'));
    expect(at.driver.link.last.method).toBe('tools/call');
  });

  it('[ANSWER-SESSION-ENDS] are answered once when the session is closed meanwhile, and the link that opens late is closed', async () => {
    const at = world();
    at.driver.isHeld = true;
    const { session, connection } = sseSession(at);
    session.receive(call(1));
    await turn();
    session.close('test');
    expect(connection.messages.map(({ error }) => error?.data?.code)).toEqual(['session_closed']);
    at.driver.release();
    await turn();
    expect(at.driver.link.closes).toBeGreaterThan(0);
    expect(at.driver.link.calls).toEqual([]);
    expect(connection.messages).toHaveLength(1);
  });

  it('of a session that is closed while the server thinks about `initialize` end at once', async () => {
    const at = world();
    at.driver.answersHello = false;
    const { session } = sseSession(at);
    session.receive(hello());
    await turn();
    session.close('test');
    expect(at.driver.alive).toBe(0);
    expect(at.runtime.timers).toBeLessThanOrEqual(2);
  });

  it('of a session that is closed tell the driver that nobody waits any more', async () => {
    const at = world();
    at.driver.isHeld = true;
    const { session } = sseSession(at);
    session.receive(call(1));
    await turn();
    expect(at.driver.signals.map(({ aborted }) => aborted)).toEqual([false]);
    session.close('test');
    expect(at.driver.signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('are answered in time when the driver itself hangs', async () => {
    const at = world({ settings: { startMs: 5_000 } });
    at.driver.isHeld = true;
    const { session, connection } = sseSession(at);
    session.receive(hello(1));
    session.receive(call(2));
    await turn();
    at.runtime.advance(5_000);
    await turn();
    expect(connection.messages.map(({ id, error }) => [id, error?.data?.code])).toEqual([
      [1, 'upstream_start_timeout'],
      [2, 'upstream_start_timeout'],
    ]);
    at.driver.release();
    await turn();
    expect(at.driver.alive).toBe(0);
  });

  it('[ANSWER-SERVER-HANGS] are answered in time when the server never answers `initialize`', async () => {
    const at = world({ settings: { startMs: 5_000 } });
    at.driver.answersHello = false;
    const { session, connection } = sseSession(at);
    session.receive(call(1));
    await turn();
    at.runtime.advance(5_000);
    await turn();
    expect(connection.messages[0]?.error).toMatchObject({
      message: 'The server "srv" did not answer `initialize` within 5 s.',
    });
    expect(at.driver.alive).toBe(0);
  });
});
