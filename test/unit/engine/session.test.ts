import { describe, expect, it } from 'vitest';
import {
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
    expect(session.streams.get(Number(two?.number))).toBeUndefined();
    expect(session.streams.get(Number(one?.number))).toBe(one);
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
    expect(session.list).toBeUndefined();
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
