import { describe, expect, it } from 'vitest';
import { AareError } from '../../../src/aare/error.ts';
import { type PollOptions, Polls } from '../../../src/aare/polls.ts';
import { fakeClock } from '../../fixtures/aare/clock.ts';

const second = 1000;

function pollsWith(options: Partial<PollOptions> = {}) {
  const clock = fakeClock();
  const polls = new Polls<number>({
    runtime: clock,
    everyMs: 120 * second,
    timeoutMs: 5 * second,
    maxStaleMs: 3600 * second,
    maxEntries: 4,
    ...options,
  });
  return { clock, polls };
}

/** A source that counts how often it is asked. */
function source() {
  const state = { asked: 0, fail: false };
  const load = async (): Promise<number> => {
    state.asked += 1;
    if (state.fail) throw new Error('down');
    return state.asked;
  };
  return { state, load };
}

describe('a remembered value', () => {
  it('is loaded once within the time and again after it', async () => {
    const { clock, polls } = pollsWith();
    const { state, load } = source();
    expect(await polls.read('a', load)).toEqual({ value: 1, stale: false, ageSeconds: 0 });
    clock.pass(119.9 * second);
    expect(await polls.read('a', load)).toEqual({ value: 1, stale: false, ageSeconds: 119 });
    clock.pass(0.1 * second);
    expect(await polls.read('a', load)).toEqual({ value: 2, stale: false, ageSeconds: 0 });
    expect(state.asked).toBe(2);
  });

  it('is loaded once for 50 who ask at the same time, and per key', async () => {
    const { polls } = pollsWith();
    const { state, load } = source();
    const readings = await Promise.all(Array.from({ length: 50 }, () => polls.read('a', load)));
    expect(new Set(readings.map((reading) => reading.value))).toEqual(new Set([1]));
    await polls.read('b', load);
    expect(state.asked).toBe(2);
  });

  it('is not loaded twice at once, however long the first takes', async () => {
    const { clock, polls } = pollsWith({ everyMs: 1 * second });
    const { state, load } = source();
    const slow = Promise.withResolvers<number>();
    const first = polls.read('a', () => slow.promise);
    clock.pass(3 * second);
    const other = polls.read('a', load);
    slow.resolve(7);
    expect([(await first).value, (await other).value, state.asked]).toEqual([7, 7, 0]);
  });

  it('stands in with its age when the source fails, up to a maximum', async () => {
    const { clock, polls } = pollsWith();
    const { state, load } = source();
    await polls.read('a', load);
    state.fail = true;
    clock.pass(150 * second);
    expect(await polls.read('a', load)).toEqual({ value: 1, stale: true, ageSeconds: 150 });
    clock.pass(3450 * second);
    expect(await polls.read('a', load)).toEqual({ value: 1, stale: true, ageSeconds: 3600 });
    clock.pass(1);
    await expect(polls.read('a', load)).rejects.toThrow('Service temporarily unavailable');
  });

  it('is live again once the source is', async () => {
    const { clock, polls } = pollsWith();
    const { state, load } = source();
    await polls.read('a', load);
    state.fail = true;
    clock.pass(120 * second);
    expect((await polls.read('a', load)).stale).toBe(true);
    state.fail = false;
    clock.pass(120 * second);
    expect(await polls.read('a', load)).toEqual({ value: 3, stale: false, ageSeconds: 0 });
  });

  it('is renewed when the clock was set back', async () => {
    const { clock, polls } = pollsWith();
    const { load } = source();
    await polls.read('a', load);
    clock.pass(-3600 * second);
    expect((await polls.read('a', load)).value).toBe(2);
  });
});

describe('a failed attempt', () => {
  it('counts: the source is left alone, and the error says for how long', async () => {
    const { clock, polls } = pollsWith();
    const { state, load } = source();
    state.fail = true;
    await expect(polls.read('a', load)).rejects.toBeInstanceOf(AareError);
    clock.pass(20 * second);
    await expect(polls.read('a', load)).rejects.toThrow('Try again in 100 seconds');
    expect(state.asked).toBe(1);
  });

  it('is given up after the time-out, even when the source ignores the signal', async () => {
    const { clock, polls } = pollsWith();
    let signal: AbortSignal | undefined;
    const reading = polls.read('a', (given) => {
      signal = given;
      return new Promise<number>(() => {});
    });
    expect(clock.timers).toBe(1);
    clock.pass(4.9 * second);
    expect(signal?.aborted).toBe(false);
    clock.pass(0.1 * second);
    await expect(reading).rejects.toMatchObject({ code: 'aare-unavailable' });
    expect(signal?.aborted).toBe(true);
  });

  it('is reported with its reason; a good one leaves no timer behind', async () => {
    const failures: unknown[] = [];
    const { clock, polls } = pollsWith({ report: (failure) => failures.push(failure) });
    const { state, load } = source();
    await polls.read('a', load);
    expect(clock.timers).toBe(0);
    state.fail = true;
    await expect(polls.read('b', load)).rejects.toThrow();
    expect(failures).toEqual([{ key: 'b', reason: 'down' }]);
    expect(clock.timers).toBe(0);
  });
});

describe('the memory', () => {
  it('holds no more than its cap, and drops what was unused for longest', async () => {
    const { polls } = pollsWith();
    const { state, load } = source();
    for (const key of ['a', 'b', 'c', 'd']) await polls.read(key, load);
    await polls.read('a', load);
    for (let n = 0; n < 3; n += 1) await polls.read(`more ${n}`, load);
    expect(polls.size).toBe(4);
    expect(state.asked).toBe(7);
    await polls.read('a', load);
    expect(state.asked).toBe(7);
    await polls.read('b', load);
    expect(state.asked).toBe(8);
  });

  it('refuses a new key while all it holds is under way', async () => {
    const { clock, polls } = pollsWith();
    const waiting = ['a', 'b', 'c', 'd'].map((key) => polls.read(key, () => new Promise<number>(() => {})));
    await expect(polls.read('e', async () => 1)).rejects.toThrow('too many requests are under way');
    clock.pass(5 * second);
    await Promise.allSettled(waiting);
    expect((await polls.read('e', async () => 1)).value).toBe(1);
  });

  it('asks for leave before each request, and remembers nothing of a refusal', async () => {
    let allowed = false;
    const admit = (): void => {
      if (!allowed) throw new AareError('aare-history-limit', 'no');
    };
    const { polls } = pollsWith({ admit });
    const { state, load } = source();
    await expect(polls.read('a', load)).rejects.toThrow('no');
    expect([state.asked, polls.size]).toEqual([0, 0]);
    allowed = true;
    expect((await polls.read('a', load)).value).toBe(1);
  });
});
