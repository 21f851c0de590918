import { describe, expect, it } from 'vitest';
import { Brake } from '../../../src/access/brake.ts';
import { failureLimit } from '../../../src/access/gate.ts';
import type { Limit } from '../../../src/access/limits.ts';
import { SharedMeter, type SharedMeterOptions } from '../../../src/access/shared-meter.ts';
import { draw, limit, meterContract } from '../../contract/meter.ts';
import { FakeRuntime, turn } from '../engine/support.ts';
import { FakeCounters } from './fake-counters.ts';

const alone = () => {
  const runtime = new FakeRuntime();
  return new SharedMeter({ counters: new FakeCounters(runtime), runtime });
};

meterContract({ create: alone });

function nodes(count: number, more: Partial<SharedMeterOptions> = {}) {
  const runtime = new FakeRuntime();
  const counters = new FakeCounters(runtime);
  const meters = Array.from({ length: count }, () => new SharedMeter({ counters, runtime, ...more }));
  const take = (node: number, from: Limit, of = 'ann', cost = 1) =>
    meters[node]?.take([draw(from, of, cost)], runtime.now())?.isRefused === false;
  /** Lets time pass, and promises with it. */
  const pass = async (ms: number, step = 5) => {
    for (let left = ms; left > 0; left -= step) {
      runtime.advance(Math.min(step, left));
      for (let turns = 0; turns < 6; turns++) await Promise.resolve();
    }
    await turn();
  };
  return { runtime, counters, meters, take, pass };
}

/** What 16 clients get that ask without end, each at any node in turn. */
async function hammer(world: ReturnType<typeof nodes>, from: Limit, ms: number): Promise<number> {
  const { meters, take, pass } = world;
  let given = 0;
  for (let at = 0; at < ms; at += 5) {
    for (let client = 0; client < 16; client++) while (take((client + at / 5) % meters.length, from)) given++;
    await pass(5);
  }
  return given;
}

/** How much the other nodes may give before they know better: within one exchange, there and back. */
const withinOne = (others: number, { amount, perMs, burst }: Limit, isRested: boolean) =>
  others * ((isRested ? burst : 0) + (amount * 110) / perMs);

describe('[NODES-RATES] three nodes and 16 clients', () => {
  const RATES: readonly (readonly [string, Limit])[] = [
    ['600 a minute', limit(600)],
    ['600 a minute, one at once', limit(600, { burst: 1 })],
    ['1,000 a second, ten at once', limit(1_000, { perMs: 1_000, burst: 10 })],
    ['5 a second', limit(5, { perMs: 1_000 })],
  ];

  it.each(RATES)('get what the limit says, and what was given within one exchange: %s', async (_, from) => {
    const world = nodes(3);
    const ms = 3_000;
    const given = await hammer(world, from, ms);
    const said = from.burst + (from.amount * ms) / from.perMs;
    expect(given).toBeGreaterThanOrEqual(Math.min(said * 0.95, from.burst * 3));
    expect(given).toBeLessThanOrEqual(said + withinOne(2, from, true) + 3);
  });

  it.each(RATES)('get over a long time what one node would give: %s', async (_, from) => {
    const world = nodes(3);
    // What was given too much at first is made up for by then.
    await hammer(world, from, (4 * from.burst * from.perMs) / from.amount + 1_000);
    const ms = 60_000;
    const given = await hammer(world, from, ms);
    const said = (from.amount * ms) / from.perMs;
    expect(given / said).toBeGreaterThan(0.97);
    expect(given / said).toBeLessThan(1.03);
  });
});

describe('[NODES-RATES] a node', () => {
  it('knows within one exchange what others gave, and asks nobody where nothing was taken', async () => {
    const { runtime, counters, take, pass } = nodes(2);
    const ten = limit(10);
    for (let n = 0; n < 10; n++) expect(take(0, ten)).toBe(true);
    await pass(200);
    expect([take(1, ten), take(1, ten)]).toEqual([true, true]);
    await pass(200);
    expect(take(1, ten)).toBe(false);
    const before = counters.exchanges.length;
    await pass(10_000);
    expect([counters.exchanges.length - before, runtime.timers]).toEqual([0, 0]);
  });

  it('takes from one bucket nothing that was given from another', async () => {
    const { take, pass } = nodes(2);
    const one = limit(1);
    take(0, one, 'ann');
    await pass(200);
    expect([take(1, one, 'ben'), take(1, limit(1, { id: 'address.calls' }), 'ann')]).toEqual([true, true]);
  });
});

describe('[NODES-RATES-AWAY] while what is shared is away, a node', () => {
  it('goes on by what it knows, and tells afterwards what was spent meanwhile', async () => {
    const { counters, take, pass } = nodes(2);
    const slow = limit(10, { perMs: 3_600_000 });
    counters.isAway = true;
    let given = 0;
    for (let n = 0; n < 20; n++) if (take(0, slow)) given++;
    await pass(5_000, 50);
    expect([given, counters.exchanges.length]).toEqual([10, 0]);
    counters.isAway = false;
    await pass(2_000, 50);
    // The other one learns it with the first that it gives.
    expect(take(1, slow)).toBe(true);
    await pass(200);
    expect([take(0, slow), take(1, slow)]).toEqual([false, false]);
  });

  it('owes nothing for what came in again by then', async () => {
    const { counters, take, pass } = nodes(2);
    const quick = limit(10, { perMs: 1_000 });
    counters.isAway = true;
    for (let second = 0; second < 30; second++) {
      for (let n = 0; n < 20; n++) take(0, quick);
      await pass(1_000, 100);
    }
    counters.isAway = false;
    await pass(2_000, 50);
    for (let n = 0; n < 10; n++) expect(take(1, quick)).toBe(true);
  });

  it('gives no second burst where all that was counted is lost', async () => {
    const { counters, take, pass } = nodes(2);
    const slow = limit(10, { perMs: 3_600_000 });
    for (const [node, times] of [
      [0, 4],
      [1, 5],
      [0, 1],
    ] as const) {
      for (let n = 0; n < times; n++) expect(take(node, slow)).toBe(true);
      await pass(200);
    }
    counters.forget();
    expect([take(0, slow), take(0, slow), take(1, slow), take(1, slow)]).toEqual([false, false, true, false]);
    await pass(200);
    expect([take(0, slow), take(1, slow)]).toEqual([false, false]);
  });
});

it('[INSIDE-PARTIAL] tells once what was told, though another bucket could not be told', async () => {
  const { counters, take, pass } = nodes(1);
  const told: string[] = [];
  const exchange = counters.exchange.bind(counters);
  counters.exchange = async (spent) => {
    told.push(...spent.map(({ key }) => key.split('\n')[1] ?? ''));
    const levels = await exchange(spent);
    return levels.map((level, index) => (spent[index]?.key.endsWith('bad') ? undefined : level)) as number[];
  };
  take(0, limit(60), 'bad');
  take(0, limit(60), 'good');
  await pass(2_500);
  expect(told.filter((of) => of === 'good')).toEqual(['good']);
  expect(told.filter((of) => of === 'bad').length).toBeGreaterThan(1);
});

describe('[NODES-RATES-BOUNDED] what is to be told', () => {
  it('is bounded in buckets, in each exchange, and in exchanges at a time', async () => {
    const { counters, meters, take, pass } = nodes(1, { buckets: 1_000, batch: 100 });
    counters.isAway = true;
    for (let n = 0; n < 5_000; n++) take(0, limit(10), `who ${n}`);
    expect(meters[0]?.untold).toBe(1_000);
    counters.isAway = false;
    counters.latencyMs = 50;
    await pass(99);
    let now = 0;
    let most = 0;
    const { exchange } = counters;
    counters.exchange = async (spent) => {
      most = Math.max(most, ++now);
      return exchange.call(counters, spent).finally(() => now--);
    };
    await pass(5_000);
    expect(meters[0]?.untold).toBe(0);
    expect(Math.max(...counters.exchanges.map((spent) => spent.length))).toBe(100);
    expect([counters.exchanges.length, most]).toEqual([10, 1]);
  });

  it('is told at the end without waiting, and no timer is left', async () => {
    const { runtime, counters, meters, take } = nodes(1);
    take(0, limit(10));
    meters[0]?.close();
    meters[0]?.close();
    expect([counters.exchanges.length, runtime.timers]).toEqual([1, 1]);
    runtime.advance(10);
    await turn();
    runtime.advance(10);
    await turn();
    take(0, limit(10));
    expect(runtime.timers).toBe(0);
  });
});

describe('[NODES-BRAKE] a stranger who guesses at three nodes', () => {
  it('has the tries of one, and those of one exchange', async () => {
    const { runtime, meters, pass } = nodes(3);
    const brakes = meters.map((meter) => new Brake(failureLimit('60/min'), true, meter));
    let tries = 0;
    for (let at = 0; at < 10_000; at += 5) {
      for (const brake of brakes)
        if (!brake.on('192.0.2.7', runtime.now())) {
          brake.failed('192.0.2.7', runtime.now());
          tries++;
        }
      await pass(5);
    }
    expect(tries).toBeLessThanOrEqual(60 + 10 + 3 * 5);
    expect(brakes.map((brake) => brake.on('192.0.2.8', runtime.now()))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
