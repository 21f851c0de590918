import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../src/upstreams/backoff.ts';

function made(random = 1): { backoff: Backoff; pass(ms: number): void } {
  let now = 1_000;
  const backoff = new Backoff(
    { maxKeys: 3 },
    () => now,
    () => random,
  );
  return { backoff, pass: (ms) => void (now += ms) };
}

describe('Backoff', () => {
  it('lets the first failure be followed by a try at once, then doubles the wait up to its cap', () => {
    const { backoff } = made();
    const waits: number[] = [];
    for (let n = 0; n < 10; n += 1) {
      backoff.failed('a', 'why');
      waits.push(backoff.waitMs('a'));
    }
    expect(waits).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('spreads waits over their upper half', () => {
    const { backoff } = made(0);
    backoff.failed('a', 'why');
    backoff.failed('a', 'why');
    expect(backoff.waitMs('a')).toBe(250);
  });

  it('[STDIO-BACKOFF] tells waits in whole milliseconds, never too short', () => {
    const { backoff, pass } = made(0.123);
    backoff.failed('a', 'why');
    backoff.failed('a', 'why');
    pass(0.4);
    expect(backoff.waitMs('a')).toBe(281);
  });

  it('[SUPERVISE-ONE-TRY] lets one try at a time after a wait, until it is known how that went', () => {
    const { backoff, pass } = made();
    backoff.failed('a', 'why');
    expect([backoff.tryMs('a'), backoff.tryMs('a')]).toEqual([0, 0]);
    backoff.failed('a', 'why');
    expect(backoff.tryMs('a')).toBe(500);
    pass(500);
    expect([backoff.tryMs('a'), backoff.tryMs('a'), backoff.waitMs('a')]).toEqual([0, 250, 0]);
    backoff.failed('a', 'why');
    expect(backoff.tryMs('a')).toBe(1_000);
    pass(1_000);
    expect([backoff.tryMs('a'), backoff.tryMs('a')]).toEqual([0, 250]);
    backoff.gaveUp('a');
    expect([backoff.tryMs('a'), backoff.tryMs('a')]).toEqual([0, 250]);
    // Whoever tries and is never heard of again holds nobody up for long.
    pass(4_900);
    expect(backoff.tryMs('a')).toBe(100);
    pass(100);
    expect([backoff.tryMs('a'), backoff.tryMs('a')]).toEqual([0, 250]);
    backoff.succeeded('a');
    expect([backoff.tryMs('a'), backoff.tryMs('a'), backoff.tryMs('b')]).toEqual([0, 0, 0]);
  });

  it('counts the wait down with the clock, and keeps the last reason', () => {
    const { backoff, pass } = made();
    backoff.failed('a', 'first');
    backoff.failed('a', 'second');
    pass(200);
    expect(backoff.waitMs('a')).toBe(300);
    pass(1_000);
    expect(backoff.waitMs('a')).toBe(0);
    expect(backoff.reason('a')).toBe('second');
  });

  it('keeps keys apart, and forgets one that succeeded', () => {
    const { backoff } = made();
    for (const key of ['a', 'a', 'b']) backoff.failed(key, 'why');
    expect(backoff.waitMs('a')).toBe(500);
    expect(backoff.waitMs('b')).toBe(0);
    backoff.succeeded('a');
    expect(backoff.waitMs('a')).toBe(0);
    expect(backoff.failures('a')).toBe(0);
  });

  it('starts anew after a long calm', () => {
    const { backoff, pass } = made();
    for (let n = 0; n < 5; n += 1) backoff.failed('a', 'why');
    pass(300_001);
    expect(backoff.failures('a')).toBe(0);
    backoff.failed('a', 'why');
    expect(backoff.waitMs('a')).toBe(0);
  });

  it('remembers so many keys and no more: the one that failed longest ago gives way', () => {
    const { backoff } = made();
    for (const key of ['a', 'b', 'c', 'a', 'd']) backoff.failed(key, 'why');
    expect(backoff.size).toBe(3);
    expect(backoff.failures('b')).toBe(0);
    expect(backoff.failures('a')).toBe(2);
  });
});
