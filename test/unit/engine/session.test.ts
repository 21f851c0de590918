import { describe, expect, it } from 'vitest';
import { stateless } from '../../../src/dialects/streamable.ts';
import { isRefusal } from '../../../src/engine/gateway.ts';
import type { Session } from '../../../src/engine/session.ts';
import {
  bytesOf,
  call,
  FakeConnection,
  hello,
  message,
  notify,
  openSession,
  readySession,
  sseSession,
  textOf,
  turn,
  world,
  type Wire,
  type World,
} from './support.ts';

/** A sink that keeps what it was given. */
function keeper() {
  const answers: Wire[] = [];
  const events: Wire[] = [];
  return {
    answers,
    events,
    event: (data: Parameters<typeof textOf>[0]) => void events.push(JSON.parse(textOf(data)) as Wire),
    answer: (data: Parameters<typeof textOf>[0]) => void answers.push(JSON.parse(textOf(data)) as Wire),
    cancelled: () => {},
    isFollowed: true,
  };
}

function borrow(at: World, principal = 'anybody'): Session {
  const session = at.gateway.stateless({
    server: at.server,
    principal,
    dialect: stateless,
    version: '2025-06-18',
  });
  if (isRefusal(session)) throw new Error(session.message);
  return session;
}

describe('what the gateway answers itself', () => {
  it('`server/discover` is no method here, and needs no server to say so', () => {
    const at = world();
    const { session, connection } = sseSession(at);
    session.receive(call(1, 'server/discover'));
    expect(connection.messages).toMatchObject([
      { id: 1, error: { code: -32601, data: { code: 'method_not_found' } } },
    ]);
    expect(at.driver.opens).toBe(0);
  });

  it('`ping` is answered while there is no link, and end to end when there is one', async () => {
    const at = world();
    const { session, connection } = sseSession(at);
    session.receive(call('p', 'ping', {}));
    expect(connection.messages).toEqual([{ jsonrpc: '2.0', id: 'p', result: {} }]);
    expect(at.driver.opens).toBe(0);
    session.receive(hello());
    await turn();
    session.receive(call('p', 'ping', {}));
    expect(at.driver.link.last.method).toBe('ping');
  });

  it('progress of what nobody asked is noted', async () => {
    const at = world();
    const { session } = await readySession(at);
    session.receive(notify('notifications/progress', { progressToken: 1, progress: 1 }));
    expect(at.notes.refusals).toEqual(['unknown_progress']);
  });

  it('a notification without a link and without one to come goes nowhere', () => {
    const at = world();
    const { session } = sseSession(at);
    session.receive(notify('notifications/roots/list_changed'));
    expect(at.driver.opens).toBe(0);
  });
});

describe('the caps of a session', () => {
  it('requests in flight: one more is refused, and there is room again after an answer', async () => {
    const at = world({ settings: { exchangesPerSession: 3 } });
    const { session, connection } = await readySession(at);
    for (let id = 1; id <= 4; id++) session.receive(call(id));
    expect(connection.messages.at(-1)).toMatchObject({
      id: 4,
      error: { code: -32000, data: { code: 'too_many_calls' } },
    });
    expect(session.inFlight).toBe(3);
    at.driver.link.answers(at.driver.link.last.id);
    session.receive(call(5));
    expect(session.inFlight).toBe(3);
    expect(at.driver.link.calls).toHaveLength(4);
  });

  it('requests that wait for the link count, too', () => {
    const at = world({ settings: { exchangesPerSession: 3 } });
    at.driver.isHeld = true;
    const { session, connection } = sseSession(at);
    for (let id = 1; id <= 5; id++) session.receive(call(id));
    expect(connection.messages.map(({ id }) => id)).toEqual([4, 5]);
  });

  it('subscriptions: one more is refused; the same again and others after an end are not', async () => {
    const at = world({ settings: { subscriptionsPerSession: 2 } });
    const { session, connection } = await readySession(at);
    const subscribe = (uri: string) => {
      session.receive(call(1, 'resources/subscribe', { uri }));
      if (at.driver.link.last.method === 'resources/subscribe')
        at.driver.link.answers(at.driver.link.last.id);
      return connection.messages.at(-1)?.error?.data?.code;
    };
    expect(['a', 'b', 'a', 'c'].map(subscribe)).toEqual([undefined, undefined, undefined, 'too_many_calls']);
    session.receive(call(2, 'resources/unsubscribe', { uri: 'a' }));
    expect(subscribe('c')).toBeUndefined();
    expect([...session.subscriptions]).toEqual(['b', 'c']);
  });

  it('subscriptions that a server refuses leave room', async () => {
    const at = world({ settings: { subscriptionsPerSession: 2 } });
    const { session, connection } = await readySession(at);
    for (let n = 0; n < 10; n++) {
      session.receive(call(n, 'resources/subscribe', { uri: `file:///${n}` }));
      const { id } = at.driver.link.last;
      at.driver.link.says({ jsonrpc: '2.0', id, error: { code: -32002, message: 'no such thing' } });
    }
    expect(connection.messages.at(-1)?.error?.message).toBe('no such thing');
    expect(session.subscriptions.size).toBe(0);
  });

  it('streams: the oldest that ended goes first, and none is opened while all are in use', () => {
    const at = world({ settings: { streamsPerSession: 2 } });
    const session = openSession(at);
    const [one, two] = [session.openStream(), session.openStream()];
    expect(session.openStream()).toBeUndefined();
    two?.end();
    const three = session.openStream();
    expect(three).toBeDefined();
    expect(session.stream(Number(two?.number))).toBeUndefined();
    expect(session.stream(Number(one?.number))).toBe(one);
    expect(session.openStream()).toBeUndefined();
  });
});

describe('the end of a session', () => {
  it('answers everything in flight once, tells the server, and ends the link', async () => {
    const at = world();
    const { session, connection } = await readySession(at);
    session.receive(call(1));
    session.receive(call(2));
    const [first, second] = at.driver.link.calls;
    session.close('deleted');
    session.close('deleted');
    const said = connection.messages.filter(({ id }) => id !== 'hello');
    expect(said.map(({ id, error }) => [id, error?.data?.code])).toEqual([
      [1, 'session_closed'],
      [2, 'session_closed'],
    ]);
    expect(connection.closedBy).toBe('session-closed');
    expect(at.driver.link.sent.filter(({ method }) => method === 'notifications/cancelled')).toMatchObject([
      { params: { requestId: first?.id } },
      { params: { requestId: second?.id } },
    ]);
    expect(at.driver.alive).toBe(0);
    expect(at.gateway.sessions).toBe(0);
    expect(at.notes.named('sessionClosed')).toMatchObject([{ reason: 'deleted' }]);
  });

  it('answers what comes after it, and opens nothing any more', async () => {
    const at = world();
    const session = openSession(at);
    session.close('test');
    const sink = keeper();
    session.receive(call(1), sink);
    session.receive(notify('notifications/x'), sink);
    session.receive(message({ jsonrpc: '2.0', id: 1, result: {} }), sink);
    await turn();
    expect(sink.answers).toMatchObject([{ id: 1, error: { data: { code: 'session_closed' } } }]);
    expect(session.openStream()).toBeUndefined();
    expect(at.driver.opens).toBe(0);
    expect(at.runtime.timers).toBeLessThanOrEqual(1);
  });

  it('comes with the reader where the dialect has no resumption, and not where it has', () => {
    const at = world();
    const { session, connection } = sseSession(at);
    connection.vanish();
    expect(session.isClosed).toBe(true);
    const resumable = openSession(at);
    const reader = new FakeConnection();
    resumable.standing.follow(reader);
    reader.vanish();
    expect(resumable.isClosed).toBe(false);
  });

  it('does not come with a reader that is replaced', () => {
    const at = world();
    const { session, connection } = sseSession(at);
    const next = new FakeConnection();
    session.standing.follow(next);
    expect(connection.closedBy).toBe('replaced');
    expect(session.isClosed).toBe(false);
    expect(at.notes.named('streamClosed')).toMatchObject([{ reason: 'replaced' }]);
  });

  it('while the gateway drains says so, and tells readers when to come back', async () => {
    const at = world({ settings: { retryMs: 777, drainMs: 0 } });
    const { session, connection } = await readySession(at);
    session.receive(call(1));
    await at.gateway.drain();
    expect(connection.messages.at(-1)).toMatchObject({ id: 1, error: { data: { code: 'draining' } } });
    expect(connection.frames.at(-1)).toEqual({ retry: 777 });
    expect(connection.closedBy).toBe('draining');
  });
});

describe('an idle session', () => {
  const settings = { sessionIdleMs: 60_000, statelessIdleMs: 1_000 };

  it('is closed after its time, which each message starts anew', () => {
    const at = world({ settings });
    const session = openSession(at);
    at.runtime.advance(50_000);
    session.receive(notify('notifications/x'));
    at.runtime.advance(59_999);
    expect(session.isClosed).toBe(false);
    at.runtime.advance(1);
    expect(session.isClosed).toBe(true);
    expect(at.notes.named('sessionClosed')).toMatchObject([{ reason: 'idle' }]);
  });

  it('is not one with a reader or a call in flight', async () => {
    const at = world({ settings: { ...settings, requestMs: 10_000_000 } });
    const followed = openSession(at);
    const reader = new FakeConnection();
    followed.standing.follow(reader);
    const calling = openSession(at);
    calling.receive(call(1), keeper());
    await turn();
    at.runtime.advance(600_000);
    expect([followed.isClosed, calling.isClosed]).toEqual([false, false]);
    reader.vanish();
    at.driver.link.answers(at.driver.link.last.id);
    at.runtime.advance(60_001);
    expect([followed.isClosed, calling.isClosed]).toEqual([true, true]);
  });

  it('of those that name none goes sooner', () => {
    const at = world({ settings });
    const session = borrow(at);
    at.runtime.advance(1_000);
    expect(session.isClosed).toBe(true);
    expect(borrow(at)).not.toBe(session);
  });
});

describe('clients that never name a session', () => {
  it('share one link for each principal, and get their own answers', async () => {
    const at = world();
    const session = borrow(at);
    const [one, two] = [keeper(), keeper()];
    session.receive(call(1, 'tools/call', { of: 'one' }), one);
    session.receive(call(1, 'tools/call', { of: 'two' }), two);
    await turn();
    for (const { id, params } of at.driver.link.calls) at.driver.link.answers(id, params);
    expect(one.answers).toEqual([{ jsonrpc: '2.0', id: 1, result: { of: 'one' } }]);
    expect(two.answers).toEqual([{ jsonrpc: '2.0', id: 1, result: { of: 'two' } }]);
    expect(borrow(at)).toBe(session);
    expect(borrow(at, 'other')).not.toBe(session);
  });

  it('cannot call off each other’s calls, whose ids are alike', async () => {
    const at = world();
    const session = borrow(at);
    session.receive(call(1), keeper());
    await turn();
    session.receive(notify('notifications/cancelled', { requestId: 1 }));
    expect(at.driver.link.methods).not.toContain('notifications/cancelled');
    expect(session.inFlight).toBe(1);
  });

  it('get no session id', async () => {
    const at = world();
    const session = borrow(at);
    session.receive(call(1), keeper());
    await turn();
    expect(session.replyHeaders()).toEqual({});
    expect(session.streamHeaders()).toEqual({});
  });
});

describe('what is observed of a session', () => {
  it('comes in pairs, streams of calls included', async () => {
    const at = world();
    const session = openSession(at);
    const stream = session.openStream();
    const reader = new FakeConnection();
    stream?.follow(reader);
    stream?.publish(bytesOf({ jsonrpc: '2.0', method: 'x' }));
    stream?.end();
    session.receive(call(1), keeper());
    await turn();
    at.driver.link.answers(at.driver.link.last.id);
    session.close('test');
    const names = at.notes.all.map(({ name }) => name);
    expect(names).toEqual([
      'sessionOpened',
      'streamOpened',
      'streamClosed',
      'linkOpened',
      'exchangeEnded',
      'linkClosed',
      'sessionClosed',
    ]);
    expect(at.notes.named('exchangeEnded')).toMatchObject([{ method: 'tools/call', outcome: 'ok' }]);
  });
});
