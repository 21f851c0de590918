/** How a gateway goes away, by a clock that is played. */
import { describe, expect, it } from 'vitest';
import { ageOf } from '../../../src/edges/http/until.ts';
import { call, FakeRuntime, openSession, readySession, turn, world } from './support.ts';

function departing(settings: object) {
  const at = world({ settings });
  const { gateway, runtime } = at;
  const before = runtime.timers;
  let isOver = false;
  const begin = () => void gateway.drain().then(() => (isOver = true));
  return { ...at, before, begin, isOver: () => isOver };
}

describe('a departure', () => {
  it('[ROLL-SPREAD] lets go of many idle sessions in slices, all within a quarter of the time', async () => {
    const at = departing({ drainMs: 8_000, sessions: 20_000 });
    for (let i = 0; i < 10_000; i++) openSession(at);
    at.begin();
    const first = at.gateway.sessions;
    expect(first).toBeLessThan(10_000);
    expect(first).toBeGreaterThan(9_500);
    at.runtime.advance(1_000);
    const half = at.gateway.sessions;
    expect(half).toBeGreaterThan(3_000);
    expect(half).toBeLessThan(7_000);
    at.runtime.advance(1_000);
    expect(at.gateway.sessions).toBe(0);
    await turn();
    expect(at.isOver()).toBe(true);
  });

  it('[ROLL-TIDY] is over after both times, whatever hangs, and leaves no timer', async () => {
    const at = departing({ drainDelayMs: 3_000, drainMs: 2_000 });
    const { session, connection } = await readySession(at);
    session.receive(call(1));
    at.begin();
    expect([at.gateway.isDraining, at.gateway.departure.isLeaving]).toEqual([true, false]);
    at.runtime.advance(2_999);
    expect(at.gateway.departure.isLeaving).toBe(false);
    at.runtime.advance(1);
    expect([at.gateway.departure.isLeaving, session.isClosed]).toEqual([true, false]);
    at.runtime.advance(1_999);
    expect(session.isClosed).toBe(false);
    at.runtime.advance(1);
    await turn();
    expect([at.isOver(), session.isClosed, at.runtime.timers]).toEqual([true, true, 0]);
    expect(connection.closedBy).toBe('draining');
  });

  it('[ROLL-TIDY] is over at once when everything ends meanwhile', async () => {
    const at = departing({ drainDelayMs: 60_000 });
    at.begin();
    await at.gateway.close();
    await turn();
    expect([at.isOver(), at.runtime.timers]).toEqual([true, 0]);
  });

  it('[ROLL-TIDY] tells those who asked, once, and waits for what else is in flight', async () => {
    const at = departing({ drainDelayMs: 1_000, drainMs: 60_000 });
    const { departure } = at.gateway;
    let [told, others] = [0, 3];
    departure.onLeave(() => told++);
    departure.alsoInFlight(() => others);
    at.begin();
    expect([told, at.gateway.inFlight]).toEqual([0, 3]);
    at.runtime.advance(1_000);
    departure.onLeave(() => told++);
    expect(told).toBe(2);
    at.runtime.advance(10_000);
    await turn();
    expect(at.isOver()).toBe(false);
    others = 0;
    at.runtime.advance(50);
    await turn();
    expect([at.isOver(), told]).toEqual([true, 2]);
  });

  it('[ROLL-READ] waits for what readers have not taken of what was answered', async () => {
    const at = departing({ drainMs: 60_000, stallMs: 0 });
    const { session, connection } = await readySession(at);
    connection.isStuck = true;
    session.receive(call(1));
    at.driver.link.answers(at.driver.link.last.id, { text: 'x'.repeat(100_000) });
    at.begin();
    expect([session.isClosed, connection.closedBy]).toEqual([true, 'draining']);
    at.runtime.advance(10_000);
    await turn();
    expect(at.isOver()).toBe(false);
    connection.drain();
    at.runtime.advance(50);
    await turn();
    expect(at.isOver()).toBe(true);
  });

  it('[ROLL-BUSY] refuses requests of those that are busy after half of the time, and no answers', async () => {
    const at = departing({ drainMs: 4_000 });
    const { session, connection } = await readySession(at);
    session.receive(call(1));
    at.begin();
    session.receive(call(2));
    at.runtime.advance(2_000);
    session.receive(call(3));
    expect(connection.text).toContain('"id":3,"error":{"code":-32000');
    expect(connection.text).not.toMatch(/"id":[12],/);
    await at.gateway.close();
  });
});

it('[AGE-JITTER] ends are spread over the last fifth of the age, and none is later', () => {
  const now = new FakeRuntime().now();
  expect([0, 0.5, 1].map((random) => ageOf(100_000, now, random) - now)).toEqual([100_000, 90_000, 80_000]);
});
