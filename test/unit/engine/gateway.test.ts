import { alone } from '../../../src/backplanes/alone.ts';
import { describe, expect, it } from 'vitest';
import { httpSse } from '../../../src/dialects/table.ts';
import { stateless } from '../../../src/dialects/streamable.ts';
import { isRefusal } from '../../../src/engine/gateway.ts';
import type { OpenOptions } from '../../../src/engine/session-options.ts';
import {
  call,
  FakeConnection,
  FakeDriver,
  hello,
  openSession,
  readySession,
  sseSession,
  turn,
  world,
  type World,
} from './support.ts';

function tryOpen(at: World, options: Partial<OpenOptions> = {}): string {
  const session = at.gateway.open({
    mount: at.server,
    principal: 'a',
    dialect: httpSse,
    version: '2024-11-05',
    ...options,
  });
  return isRefusal(session) ? session.word : 'opened';
}

function tryBorrow(at: World, options: Partial<OpenOptions> = {}): string {
  const session = at.gateway.stateless({
    mount: at.server,
    principal: 'a',
    dialect: stateless,
    version: '2025-06-18',
    ...options,
  });
  return isRefusal(session) ? session.word : session.id;
}

describe('sessions of a gateway', () => {
  it('are found by their principal at their server alone', () => {
    const at = world();
    const other = at.gateway.addServer({ name: 'other', driver: new FakeDriver() });
    const session = openSession(at, { principal: 'a' });
    expect(at.gateway.find(session.id, 'a', at.server)).toBe(session);
    expect(at.gateway.find(session.id, 'b', at.server)).toBeUndefined();
    expect(at.gateway.find(session.id, 'a', other)).toBeUndefined();
    expect(at.gateway.find(`${session.id}x`, 'a', at.server)).toBeUndefined();
    expect(at.gateway.find('__proto__', 'a', at.server)).toBeUndefined();
    session.close('test');
    expect(at.gateway.find(session.id, 'a', at.server)).toBeUndefined();
  });

  it('are not found when they serve clients that name none', () => {
    const at = world();
    const id = tryBorrow(at);
    expect(at.gateway.find(id, 'a', at.server)).toBeUndefined();
  });

  it('are as many as may be, and there is room again when one closes', () => {
    const at = world({ settings: { sessions: 3 } });
    const session = openSession(at);
    expect([tryOpen(at), tryBorrow(at).slice(0, 2)]).toEqual(['opened', 'id']);
    expect([tryOpen(at), tryBorrow(at, { principal: 'new' })]).toEqual([
      'too_many_sessions',
      'too_many_sessions',
    ]);
    expect(tryBorrow(at).slice(0, 2)).toBe('id');
    session.close('test');
    expect(tryOpen(at)).toBe('opened');
  });

  it('are as many for each principal as may be', () => {
    const at = world({ settings: { perCaller: { sessions: 2 } } });
    const session = openSession(at, { principal: 'a' });
    expect([tryOpen(at), tryOpen(at), tryBorrow(at)]).toEqual([
      'opened',
      'too_many_sessions',
      'too_many_sessions',
    ]);
    expect(tryOpen(at, { principal: 'b' })).toBe('opened');
    session.close('test');
    session.close('test');
    expect([tryOpen(at), tryOpen(at)]).toEqual(['opened', 'too_many_sessions']);
  });

  it('that serve clients without one are told apart by server, version and principal', () => {
    const at = world();
    const other = at.gateway.addServer({ name: 'other', driver: new FakeDriver() });
    const ids = [
      tryBorrow(at),
      tryBorrow(at, { principal: 'b' }),
      tryBorrow(at, { version: '2025-03-26' }),
      tryBorrow(at, { mount: other }),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(tryBorrow(at)).toBe(ids[0]);
    // What is no version of ours must not open a session each.
    expect(tryBorrow(at, { version: 'x' })).toBe(tryBorrow(at, { version: 'y' }));
  });
});

describe('a server that is taken out', () => {
  it('ends its sessions and links, and leaves those of others alone', async () => {
    const at = world();
    const driver = new FakeDriver();
    const other = at.gateway.addServer({ name: 'other', driver });
    const gone = await readySession(at);
    const stays = sseSession(at, { mount: other });
    stays.session.receive(hello());
    await turn();
    await at.gateway.removeServer('srv');
    await at.gateway.removeServer('srv');
    await at.gateway.removeServer('never');
    expect(gone.connection.closedBy).toBe('session-closed');
    expect(stays.session.isClosed).toBe(false);
    expect([at.driver.alive, at.driver.closes, driver.alive]).toEqual([0, 1, 1]);
    expect([...at.gateway.servers.keys()]).toEqual(['other']);
  });

  it('takes no sessions from a request that was under way meanwhile', async () => {
    const at = world();
    const old = at.server;
    await at.gateway.removeServer('srv');
    expect([tryOpen(at), tryBorrow(at)]).toEqual(['unknown_server', 'unknown_server']);
    const fresh = at.gateway.addServer({ name: 'srv', driver: new FakeDriver() });
    expect([tryOpen(at, { mount: old }), tryBorrow(at, { mount: old })]).toEqual([
      'unknown_server',
      'unknown_server',
    ]);
    expect(tryOpen(at, { mount: fresh })).toBe('opened');
    expect(at.gateway.sessions).toBe(1);
  });

  it('cannot be added twice', () => {
    const at = world();
    expect(() => at.gateway.addServer({ name: 'srv', driver: at.driver })).toThrow('already');
  });

  it('goes although a link that is shared hangs in its start', async () => {
    const at = world({ server: { sharing: 'shared' } });
    at.driver.isHeld = true;
    const { session, connection } = sseSession(at);
    session.receive(call(1));
    await turn();
    await at.gateway.removeServer('srv');
    expect(connection.messages).toHaveLength(1);
    at.driver.release();
    await turn();
    expect(at.driver.alive).toBe(0);
  });
});

describe('draining', () => {
  it('[DRAIN-BORROWED] serves nobody without a session, also not those who were served so before', async () => {
    const at = world({ settings: { drainMs: 10_000 } });
    expect(tryBorrow(at)).toMatch(/^id/);
    const draining = at.gateway.drain();
    expect(tryBorrow(at)).toBe('draining');
    await draining;
  });

  it('takes no new sessions, waits for calls in flight, then ends all', async () => {
    const at = world({ settings: { drainMs: 10_000 } });
    const { session, connection } = await readySession(at);
    session.receive(call(1));
    let isDone = false;
    const draining = at.gateway.drain().then(() => (isDone = true));
    expect(at.gateway.isDraining).toBe(true);
    expect([tryOpen(at), tryBorrow(at)]).toEqual(['draining', 'draining']);
    at.runtime.advance(5_000);
    await turn();
    expect([isDone, session.isClosed]).toEqual([false, false]);
    at.driver.link.answers(at.driver.link.last.id);
    at.runtime.advance(50);
    await draining;
    expect(connection.messages.at(-1)).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(connection.closedBy).toBe('draining');
    expect(at.driver.alive).toBe(0);
    expect(at.runtime.timers).toBe(0);
  });

  it('waits so long and no longer', async () => {
    const at = world({ settings: { drainMs: 10_000 } });
    const { session, connection } = await readySession(at);
    session.receive(call(1));
    const draining = at.gateway.drain();
    at.runtime.advance(10_000);
    await draining;
    expect(connection.messages.at(-1)?.error?.data?.code).toBe('draining');
    expect(at.gateway.sessions).toBe(0);
  });

  it('resolves for everybody who asks, and only when all is gone', async () => {
    const at = world({ settings: { drainMs: 10_000 } });
    const { session } = await readySession(at);
    session.receive(call(1));
    const order: string[] = [];
    const all = [
      at.gateway.drain().then(() => order.push('first')),
      at.gateway.drain().then(() => order.push('second')),
    ];
    await turn();
    expect(order).toEqual([]);
    at.runtime.advance(10_000);
    await Promise.all(all);
    await at.gateway.drain();
    await at.gateway.close();
    expect(at.driver.closes).toBe(1);
    expect(order).toHaveLength(2);
  });

  it('is cut short by closing', async () => {
    const at = world({ settings: { drainMs: 10_000 } });
    const { session } = await readySession(at);
    session.receive(call(1));
    const draining = at.gateway.drain();
    await at.gateway.close();
    expect(session.isClosed).toBe(true);
    at.runtime.advance(50);
    await draining;
    expect(at.driver.closes).toBe(1);
  });

  it('closes what the nodes share once, after all else', async () => {
    const at = world();
    let closes = 0;
    at.gateway.context.log.append('s', 1, new Uint8Array(1));
    const { Gateway } = await import('../../../src/engine/gateway.ts');
    const gateway = new Gateway({
      runtime: at.runtime,
      backplane: alone(at.log, async () => void closes++),
    });
    await Promise.all([gateway.close(), gateway.close(), gateway.drain()]);
    expect(closes).toBe(1);
  });

  it('ends although a driver cannot be closed', async () => {
    const at = world();
    at.driver.close = () => Promise.reject(new Error('no'));
    const { session } = await readySession(at);
    await at.gateway.close();
    expect(session.isClosed).toBe(true);
  });
});

describe('ten thousand sessions, opened and closed', () => {
  const runs = 10_000;

  it('leave nothing behind', async () => {
    const at = world({ settings: { sessions: 20 } });
    at.driver.answersCalls = true;
    for (let run = 0; run < runs; run++) {
      const session = openSession(at, { principal: `p${run % 7}` });
      const reader = new FakeConnection();
      session.standing.follow(reader);
      if (run % 10 === 0) {
        session.receive(hello());
        session.receive(call(1));
        session.openStream();
        await turn();
      }
      session.close('test');
      if (run % 10 === 0) at.driver.links.length = 0;
    }
    await turn();
    expect([at.gateway.sessions, at.gateway.inFlight]).toEqual([0, 0]);
    expect((at.log as unknown as { streams: number }).streams).toBe(0);
    // Were one still counted, its principal could not open as many as it may.
    for (let n = 0; n < 20; n++) expect(tryOpen(at, { principal: 'p0' })).toBe('opened');
    expect(tryOpen(at, { principal: 'p0' })).toBe('too_many_sessions');
    await at.gateway.close();
    at.runtime.advance(3_600_000);
    expect(at.runtime.timers).toBe(0);
  });

  it('on a shared link leave it without members and calls', async () => {
    const at = world({ server: { sharing: 'shared' } });
    await readySession(at);
    const { link } = at.driver;
    for (let run = 0; run < runs; run++) {
      const { session } = sseSession(at);
      session.receive(call(1, 'resources/subscribe', { uri: 'file:///a' }));
      link.answers(link.last.id);
      session.receive(call(2));
      session.close('test');
    }
    const told: string[] = [];
    const followed = sseSession(at);
    followed.session.receive(hello());
    link.notifies('notifications/tools/list_changed');
    told.push(...followed.connection.messages.flatMap(({ method }) => method ?? []));
    expect(told).toEqual(['notifications/tools/list_changed']);
    expect([at.gateway.sessions, at.gateway.inFlight]).toEqual([2, 0]);
    link.end();
    expect(at.notes.refusals.filter((code) => code !== 'no-reader')).toEqual([]);
  });
});
