import { describe, expect, it } from 'vitest';
import { LATE, within } from '../../../src/upstreams/within.ts';
import { PlayedRuntime } from './harness.ts';

const never = new Promise<string>(() => {});

describe('within', () => {
  it('gives what comes in time and leaves no timer behind', async () => {
    const clock = new PlayedRuntime();
    expect(await within(Promise.resolve('it'), 10, clock)).toBe('it');
    await expect(within(Promise.reject(new Error('no')), 10, clock)).rejects.toThrow('no');
    expect(clock.timers).toBe(0);
  });

  it('gives up when the time has passed, or when nobody waits', async () => {
    const clock = new PlayedRuntime();
    const timed = within(never, 10, clock);
    clock.pass(10);
    expect(await timed).toBe(LATE);
    const aborter = new AbortController();
    const aborted = within(never, 10, clock, aborter.signal);
    aborter.abort();
    expect(await aborted).toBe(LATE);
    expect(clock.timers).toBe(0);
  });
});
