import { describe, expect, it } from 'vitest';
import type { LoggedChild } from '../../../src/upstreams/stdio-log.ts';
import { WarmPool } from '../../../src/upstreams/stdio-pool.ts';
import { PlayedRuntime } from './harness.ts';

/** A child that can be told to die. */
interface Fake {
  readonly spare: LoggedChild;
  readonly stops: () => number;
  die(): Promise<void>;
}

function fake(): Fake {
  let end: (exit: unknown) => void = () => {};
  let stops = 0;
  const exited = new Promise((resolve) => {
    end = resolve;
  });
  const child = { exit: undefined as unknown, exited, stop: async () => void (stops += 1) };
  return {
    spare: { child, log: {} } as unknown as LoggedChild,
    stops: () => stops,
    async die() {
      child.exit = { code: 1, signal: null };
      end(child.exit);
      await settle();
    },
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function made(size: number) {
  const runtime = new PlayedRuntime();
  const fakes: Fake[] = [];
  const plan = { fails: false, wait: 0 as number | undefined, tries: 0, died: 0 };
  const pool = new WarmPool({
    size,
    runtime,
    start: async () => {
      plan.tries += 1;
      if (plan.fails) throw new Error('no');
      const made_ = fake();
      fakes.push(made_);
      return made_.spare;
    },
    waitMs: () => plan.wait,
    onDied: () => void (plan.died += 1),
  });
  const pass = async (ms: number): Promise<void> => {
    runtime.pass(ms);
    await settle();
  };
  return { runtime, fakes, plan, pool, pass };
}

describe('WarmPool', () => {
  it('fills up after the turn in which it was made, and gives the oldest first', async () => {
    const { pool, pass, fakes } = made(2);
    expect(fakes).toHaveLength(0);
    await pass(0);
    expect(pool.ready).toBe(2);
    expect(pool.take()).toBe(fakes[0]?.spare);
    await pass(0);
    expect([pool.ready, fakes.length]).toEqual([2, 3]);
    expect(pool.take()).toBe(fakes[1]?.spare);
  });

  it('gives nothing when it is empty, or when its only spare has just died', async () => {
    const { pool, pass, fakes, plan } = made(1);
    expect(pool.take()).toBeUndefined();
    await pass(0);
    const dying = fakes[0]?.die();
    expect(pool.take()).toBeUndefined();
    await dying;
    expect([plan.died, fakes[0]?.stops()]).toEqual([1, 1]);
    await pass(0);
    expect(pool.ready).toBe(1);
  });

  it('waits as long as it is told before it starts another', async () => {
    const { pool, pass, fakes, plan } = made(1);
    await pass(0);
    plan.wait = 500;
    await fakes[0]?.die();
    await pass(499);
    expect(pool.ready).toBe(0);
    plan.wait = 0;
    await pass(1);
    expect(pool.ready).toBe(1);
  });

  it('rests after five failures until somebody asks', async () => {
    const { pool, pass, plan, runtime } = made(1);
    plan.fails = true;
    for (let n = 0; n < 10; n += 1) await pass(60_000);
    expect([plan.tries, runtime.timers]).toEqual([5, 0]);
    plan.fails = false;
    expect(pool.take()).toBeUndefined();
    await pass(0);
    expect(pool.ready).toBe(1);
  });

  it('rests after five spares that died', async () => {
    const { pass, plan, fakes, runtime } = made(1);
    for (let n = 0; n < 10; n += 1) {
      await pass(60_000);
      await fakes.at(-1)?.die();
    }
    expect([fakes.length, plan.died, runtime.timers]).toEqual([5, 5, 0]);
  });

  it('starts none while there is no room, and goes on when told', async () => {
    const { pool, pass, plan, runtime } = made(1);
    plan.wait = undefined;
    await pass(60_000);
    expect([plan.tries, runtime.timers]).toEqual([0, 0]);
    plan.wait = 0;
    pool.refill();
    await pass(0);
    expect(pool.ready).toBe(1);
  });

  it('ends its spares when it is closed, also one that is being started', async () => {
    const { pool, pass, fakes, plan, runtime } = made(2);
    await pass(0);
    pool.take();
    runtime.pass(0);
    await pool.close();
    await settle();
    expect(fakes.map(({ stops }) => stops())).toEqual([0, 1, 1]);
    await pass(60_000);
    expect([plan.tries, pool.ready, runtime.timers]).toEqual([3, 0, 0]);
  });
});
