/** Sessions that nobody uses, and those that many use. */
import { describe, expect, it } from 'vitest';
import { stateless } from '../../../src/dialects/streamable.ts';
import { isRefusal } from '../../../src/engine/gateway.ts';
import type { Session } from '../../../src/engine/session.ts';
import {
  bytesOf,
  call,
  FakeConnection,
  notify,
  openSession,
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
    mount: at.server,
    principal,
    dialect: stateless,
    version: '2025-06-18',
  });
  if (isRefusal(session)) throw new Error(session.message);
  return session;
}

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
      'received',
      'linkOpened',
      'callEnded',
      'exchangeEnded',
      'linkClosed',
      'sessionClosed',
    ]);
    expect(at.notes.named('exchangeEnded')).toMatchObject([{ method: 'tools/call', outcome: 'ok' }]);
  });
});
