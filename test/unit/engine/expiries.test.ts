import { describe, expect, it } from 'vitest';
import { Expiries } from '../../../src/engine/expiries.ts';
import { endOf } from '../../../src/edges/http/until.ts';
import { dice } from '../access/dice.ts';
import { FakeRuntime } from './support.ts';

describe('[UNTIL-TIDY] what ends at a time of its own', () => {
  it('ends in order and in time, in whichever order it came, and nothing is left', () => {
    const runtime = new FakeRuntime();
    const expiries = new Expiries(runtime);
    const { below } = dice(7);
    const begun = runtime.now();
    const ended: { due: number; at: number }[] = [];
    const kept = Array.from({ length: 500 }, () => {
      const [key, due] = [{}, begun + 1 + below(10_000)];
      expiries.add(key, due, () => ended.push({ due, at: runtime.now() }));
      return { key, due };
    });
    expect([expiries.size, runtime.timers]).toEqual([500, 1]);
    const gone = new Set(kept.filter(() => below(3) === 0).map(({ key }) => key));
    for (const key of gone) expiries.forget(key);
    for (let ms = 0; ms < 10_001; ms++) runtime.advance(1);
    const due = kept.flatMap((each) => (gone.has(each.key) ? [] : [each.due])).sort((a, b) => a - b);
    expect(ended.map((each) => each.due)).toEqual(due);
    expect(ended.filter((each) => each.at !== each.due)).toEqual([]);
    expect([expiries.size, runtime.timers]).toEqual([0, 0]);
  });

  it('is forgotten with its timer, and once only', () => {
    const runtime = new FakeRuntime();
    const expiries = new Expiries(runtime);
    const key = {};
    let count = 0;
    expiries.add(key, runtime.now() + 10, () => void count++);
    expiries.add(key, runtime.now() + 20, () => void count++);
    runtime.advance(15);
    expect([count, expiries.size]).toEqual([0, 1]);
    runtime.advance(10);
    expiries.add(key, runtime.now() + 10, () => void count++);
    expiries.forget(key);
    expiries.forget(key);
    expect([count, expiries.size, runtime.timers]).toEqual([1, 0, 0]);
    expiries.add(key, runtime.now() + 10, () => void count++);
    expiries.clear();
    expect([expiries.size, runtime.timers]).toEqual([0, 0]);
  });

  it('may be far away', () => {
    const runtime = new FakeRuntime();
    const expiries = new Expiries(runtime);
    let isOver = false;
    expiries.add({}, runtime.now() + 2 ** 32, () => (isOver = true));
    runtime.advance(2 ** 31 - 1);
    runtime.advance(2 ** 31);
    expect(isOver).toBe(false);
    runtime.advance(1);
    runtime.advance(1);
    expect(isOver).toBe(true);
  });
});

describe('[UNTIL-JITTER] the end of a stream', () => {
  it('is a little before that of its proof, and never after', () => {
    const now = 1_000_000;
    expect([0, 0.5, 1].map((random) => endOf(now + 100_000, now, random))).toEqual([
      now + 100_000,
      now + 95_000,
      now + 90_000,
    ]);
    expect(endOf(now + 3_600_000, now, 1)).toBe(now + 3_570_000);
    expect(endOf(now - 5_000, now, 1)).toBe(now - 5_000);
  });
});
