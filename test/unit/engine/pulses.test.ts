/** Whether silent servers live. */
import { describe, expect, it } from 'vitest';
import { call, readySession, turn, world, type WorldOptions } from './support.ts';

const INTERVAL = 30_000;
const TIMEOUT = 5_000;
const FAULT =
  'The server "srv" said nothing for 15 s, though it was asked 3 times whether it lives, and was given up.';

async function ready({ server, ...rest }: WorldOptions = {}) {
  const at = world({
    ...rest,
    server: { healthIntervalMs: INTERVAL, healthTimeoutMs: TIMEOUT, ...server },
  });
  const { session, connection } = await readySession(at);
  const { link } = at.driver;
  const pings = () => link.sent.filter(({ method }) => method === 'ping' || method === 'server/discover');
  return { ...at, session, connection, link, pings };
}

describe('a server that is silent', () => {
  it('[SUPERVISE-PING] is asked, and given up after three questions without a word: calls are answered once', async () => {
    const { runtime, link, pings, session, connection, driver, notes } = await ready();
    // The handshake was a word.
    runtime.advance(INTERVAL);
    expect(pings()).toEqual([]);
    session.receive(call(1));
    runtime.advance(INTERVAL);
    expect(pings()).toHaveLength(1);
    runtime.advance(2 * TIMEOUT);
    expect(pings()).toHaveLength(3);
    expect(connection.messages.filter(({ id }) => id === 1)).toEqual([]);
    runtime.advance(TIMEOUT);
    link.answers(link.calls[0]?.id);
    expect(connection.messages.filter(({ id }) => id === 1)).toMatchObject([
      { error: { message: FAULT, data: { code: 'upstream_unresponsive' } } },
    ]);
    expect(link.charges).toEqual([{ code: 'unresponsive', message: FAULT }]);
    expect(notes.named('linkClosed')).toMatchObject([{ code: 'unresponsive' }]);
    session.receive(call(2));
    await turn();
    expect(driver.opens).toBe(2);
    driver.link.answers(driver.link.last.id);
    expect(connection.messages.at(-1)).toMatchObject({ id: 2, result: {} });
  });

  it.each([
    ['an answer', { result: {} }],
    ['that it knows no such method', { error: { code: -32601, message: 'What?' } }],
  ])('[SUPERVISE-PING-ANY] lives when it says %s', async (_what, said) => {
    const { runtime, driver, link, pings } = await ready();
    driver.script = ({ method }) => (method === 'ping' ? (said as { result: {} }) : undefined);
    runtime.advance(10 * INTERVAL);
    expect(pings().length).toBeGreaterThan(4);
    expect(link.hasEnded).toBe(false);
  });

  it('[SUPERVISE-PING-ANY] lives when it says anything at all, and is not asked while it does', async () => {
    const { runtime, link, pings } = await ready();
    runtime.advance(INTERVAL);
    for (let n = 0; n < 10; n++) {
      link.notifies('notifications/message', { level: 'info', data: n });
      runtime.advance(INTERVAL);
    }
    expect(pings()).toEqual([]);
    runtime.advance(INTERVAL + 2 * TIMEOUT + 1);
    link.notifies('notifications/message', { level: 'info', data: 'late' });
    runtime.advance(TIMEOUT);
    expect([pings().length, link.hasEnded]).toEqual([3, false]);
    // Three more, then.
    runtime.advance(INTERVAL + 2 * TIMEOUT);
    expect(link.hasEnded).toBe(false);
    runtime.advance(TIMEOUT);
    expect(link.hasEnded).toBe(true);
  });

  it('[SUPERVISE-PING-ANY] is not judged while its output is left unread', async () => {
    const { runtime, server, link } = await ready();
    server.pressure(true);
    runtime.advance(20 * INTERVAL);
    expect(link.hasEnded).toBe(false);
    server.pressure(false);
    runtime.advance(3 * INTERVAL + 3 * TIMEOUT);
    expect(link.hasEnded).toBe(true);
  });

  it('is not asked at all by default', async () => {
    const { runtime, pings } = await ready({ server: { healthIntervalMs: 0 } });
    runtime.advance(100 * INTERVAL);
    expect(pings()).toEqual([]);
  });

  it('over the network: what was in flight may be sent again, on a new link', async () => {
    const at = world({ server: { healthIntervalMs: INTERVAL, healthTimeoutMs: TIMEOUT } });
    at.driver.mayRepeat = true;
    const { session, connection } = await readySession(at);
    session.receive(call(1, 'tools/list', {}));
    at.runtime.advance(2 * INTERVAL + 3 * TIMEOUT);
    await turn();
    expect(at.driver.opens).toBe(2);
    at.driver.link.answers(at.driver.link.last.id, { tools: [] });
    expect(connection.messages.at(-1)).toMatchObject({ id: 1, result: { tools: [] } });
  });
});

describe('a call that timed out', () => {
  const options = { server: { healthIntervalMs: 0 }, settings: { requestMs: 60_000 } };

  it('[SUPERVISE-PASSIVE] makes a program be asked whether it lives', async () => {
    const { runtime, link, pings, session, connection } = await ready(options);
    session.receive(call(1));
    session.receive(call(2));
    runtime.advance(60_000);
    expect(connection.messages.filter(({ error }) => error)).toHaveLength(2);
    expect(pings()).toHaveLength(1);
    session.receive(call(3));
    runtime.advance(3 * TIMEOUT);
    expect([pings().length, link.hasEnded]).toEqual([3, true]);
    expect(connection.messages.at(-1)).toMatchObject({
      id: 3,
      error: { data: { code: 'upstream_unresponsive' } },
    });
  });

  it('[SUPERVISE-PASSIVE] costs one that answers nothing but the question', async () => {
    const { runtime, driver, link, pings, session } = await ready(options);
    driver.script = ({ method }) => (method === 'ping' ? { result: {} } : undefined);
    for (let n = 1; n <= 3; n++) {
      session.receive(call(n));
      runtime.advance(60_000 + 20 * TIMEOUT);
    }
    expect([pings().length, link.hasEnded]).toEqual([3, false]);
  });

  it('[SUPERVISE-PASSIVE] is not made up for by an answer to an earlier question', async () => {
    const { runtime, driver, link, session } = await ready(options);
    driver.script = ({ method }) => (method === 'ping' ? { result: {} } : undefined);
    session.receive(call(1));
    runtime.advance(TIMEOUT - 1);
    session.receive(call(2));
    runtime.advance(60_000 - TIMEOUT + 1);
    driver.script = undefined;
    runtime.advance(TIMEOUT - 1 + 3 * TIMEOUT);
    expect(link.hasEnded).toBe(true);
  });

  it('says nothing of a server over the network, which others tell of', async () => {
    const at = world({ settings: { requestMs: 60_000 } });
    at.driver.mayRepeat = true;
    const { session } = await readySession(at);
    session.receive(call(1));
    at.runtime.advance(60_000);
    expect(at.driver.link.methods).not.toContain('ping');
  });
});

describe('[SUPERVISE-PING-CHEAP] however many conversations there are', () => {
  it('two timers serve them all, and none is left after them', async () => {
    const at = world({ server: { healthIntervalMs: INTERVAL, healthTimeoutMs: TIMEOUT } });
    const timersWith = async (count: number) => {
      for (let n = 0; n < count; n++) await readySession(at);
      return at.runtime.timers;
    };
    const few = await timersWith(1);
    expect((await timersWith(50)) - few).toBeLessThanOrEqual(0);
    await at.gateway.close();
    expect(at.runtime.timers).toBe(0);
  });
});
