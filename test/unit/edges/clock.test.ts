/** A machine whose clock is set while the gateway runs. */
import { describe, expect, it } from 'vitest';
import { createHash } from 'node:crypto';
import { Tickets } from '../../../src/access/tickets.ts';
import { inprocess } from '../../../src/upstreams/inprocess.ts';
import { compose } from '../../../src/edges/compose.ts';
import type { ServerVisit } from '../../../src/edges/http/front.ts';
import { endsInTime } from '../../../src/edges/http/until.ts';
import { isRefusal } from '../../../src/engine/gateway.ts';
import { streamable } from '../../../src/dialects/streamable.ts';
import { call, FakeConnection, FakeRuntime, openSession, readySession, world } from '../engine/support.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const HOUR = 3_600_000;

/** A gateway whose key runs out an hour from now, with a session that it opened. */
function keyed() {
  const runtime = new FakeRuntime();
  const expires = runtime.now() + HOUR;
  const apiKeys = [{ name: 'ann', key: 'slc_ann', expires }];
  const servers = { near: inprocess({ name: 'near', handler: () => undefined }) };
  const { gateway, front } = compose({ servers, apiKeys }, { runtime, sha256, watchesClock: true });
  const principal = `ann#${sha256('slc_ann').slice(0, 12)}`;
  const mount = [...gateway.servers.values()][0]?.mount;
  if (!mount) throw new Error('no mount');
  const session = gateway.open({ mount, principal, dialect: streamable, version: '2025-06-18' });
  if (isRefusal(session)) throw new Error(session.message);
  session.standing.follow(new FakeConnection());
  return { runtime, gateway, front, session, codes: () => gateway.context.degraded.codes };
}

describe('a clock that is set', () => {
  it.each([
    [HOUR, 'forward by 3600 s'],
    [-HOUR, 'back by 3600 s'],
  ])('[DEGRADED-CLOCK-SAID] by %s ms is said for a while', async (ms, words) => {
    const { runtime, gateway, codes } = keyed();
    for (let i = 0; i < 20; i++) {
      runtime.ahead += Math.sign(ms) * 100;
      runtime.advance(10_000);
    }
    expect(codes()).toEqual([]);
    runtime.ahead += ms;
    runtime.advance(10_000);
    expect(gateway.context.degraded.troubles).toMatchObject([
      { code: 'clock_jumped', message: expect.stringContaining(words) },
    ]);
    runtime.advance(11 * 60_000);
    expect(codes()).toEqual([]);
    await gateway.close();
    expect(runtime.timers).toBe(0);
  });

  it('[DEGRADED-CLOCK-KEYS] forward ends what a key opened within a minute, and back lets it live', async () => {
    const forward = keyed();
    forward.runtime.advance(HOUR / 2);
    expect(forward.session.isClosed).toBe(false);
    forward.runtime.ahead = HOUR;
    forward.runtime.advance(60_000);
    expect(forward.session.isClosed).toBe(true);
    await forward.gateway.close();
    const back = keyed();
    back.runtime.ahead = -HOUR;
    back.runtime.advance(HOUR + 60_000);
    expect(back.session.isClosed).toBe(false);
    back.runtime.advance(HOUR);
    expect(back.session.isClosed).toBe(true);
    await back.gateway.close();
  });

  it('[DEGRADED-CLOCK-STEADY] ends no session and no call, and no wait is longer', async () => {
    const at = world({ settings: { requestMs: 60_000, streamAgeMs: 2 * HOUR, heartbeatMs: 15_000 } });
    const { session, connection } = await readySession(at);
    session.receive(call(1));
    for (const ahead of [48 * HOUR, -48 * HOUR]) {
      at.runtime.ahead = ahead;
      at.runtime.advance(29_000);
      expect([session.isClosed, session.inFlight]).toEqual([false, 1]);
    }
    at.runtime.advance(2_000);
    expect([session.isClosed, session.inFlight]).toEqual([false, 0]);
    expect(connection.text).toContain('timed_out');
    await at.gateway.close();
  });

  it('[DEGRADED-CLOCK-TOKENS] forward ends the stream of a token that has run out by it, and back leaves it open', () => {
    for (const [ahead, reason] of [
      [HOUR, 'expired'],
      [-HOUR, undefined],
    ] as const) {
      const at = world({ settings: { heartbeatMs: 0, sessionIdleMs: 0 } });
      const session = openSession(at);
      const until = at.runtime.wall() + HOUR / 2;
      const front = { gateway: at.gateway, random: () => 0 };
      const connection = new FakeConnection();
      const visit = { front, caller: { until } } as unknown as ServerVisit;
      endsInTime(visit, session, session.standing, connection);
      session.standing.follow(connection);
      at.runtime.advance(60_000);
      at.runtime.ahead = ahead;
      at.runtime.advance(ahead > 0 ? 60_000 : HOUR);
      expect(connection.closedBy).toBe(reason);
      if (reason) expect([at.gateway.context.expiries.size, at.gateway.context.ages.size]).toEqual([0, 0]);
    }
  });

  it('[DEGRADED-CLOCK-TOKENS] a ticket is good for as long as before, and no longer than the proof it stands for', () => {
    const runtime = new FakeRuntime();
    const tickets = new Tickets({ runtime, sha256, limits: { ms: 30_000 } });
    const caller = { principal: 'ann', until: runtime.now() + HOUR } as never;
    const shown = { route: '/sse', isFrom: () => true };
    const [first, second] = [tickets.issue(caller, '/sse') ?? '', tickets.issue(caller, '/sse') ?? ''];
    runtime.ahead = -HOUR;
    expect(tickets.take(first, shown)).toBe(caller);
    runtime.ahead = 2 * HOUR;
    expect(tickets.take(second, shown)).toBe(undefined);
  });
});
