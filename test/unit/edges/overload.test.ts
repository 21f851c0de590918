/** When a process counts as overloaded, by a played clock and a played memory. */
import { expect, it } from 'vitest';
import { checkOptions } from '../../../src/edges/check-options.ts';
import { OverloadWatch, type OverloadOptions } from '../../../src/edges/overload.ts';
import { inprocess } from '../../../src/node.ts';

/** A watch whose looks come as late as they are told to. */
class Played {
  share = 0.1;
  readonly said: string[] = [];
  readonly watch: OverloadWatch;
  #now = 1_000;
  #timers: { at: number; fn: () => void }[] = [];

  constructor(options: OverloadOptions = {}) {
    this.watch = new OverloadWatch(options, {
      runtime: {
        now: () => this.#now,
        after: (ms, fn) => {
          const timer = { at: this.#now + ms, fn };
          this.#timers.push(timer);
          return { cancel: () => void (this.#timers = this.#timers.filter((each) => each !== timer)) };
        },
      },
      memoryShare: () => this.share,
      troubles: {
        set: (code, message) => void this.said.push(`${code}: ${message}`),
        clear: (code) => void this.said.push(`${code} is over`),
      },
    });
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** The next look comes so late. */
  look(lateMs = 0): boolean {
    const timer = this.#timers.shift();
    if (timer) this.#now = timer.at + lateMs;
    timer?.fn();
    return this.watch.isOverloaded;
  }

  looks(times: number, lateMs = 0): boolean[] {
    return Array.from({ length: times }, () => this.look(lateMs));
  }
}

it('[PRESSURE-OVERLOAD] is overloaded when every look was late for the time that is set', () => {
  const played = new Played({ delayMs: 2_000, forMs: 5_000 });
  expect(played.looks(3, 1_999)).toEqual([false, false, false]);
  expect(played.looks(2, 2_000)).toEqual([false, false]);
  expect(played.look(2_000)).toBe(true);
  expect(played.said).toEqual([
    'overloaded: The event loop is 2000 ms late, again and again. New sessions are refused until that is over.',
  ]);
});

it('[PRESSURE-OVERLOAD] is overloaded as soon as too much of its memory is used', () => {
  const played = new Played({ memory: 0.8 });
  played.share = 0.79;
  expect(played.look()).toBe(false);
  played.share = 0.8;
  expect(played.look()).toBe(true);
  expect(played.said[0]).toContain('80 % of the memory there is are used.');
});

it('[PRESSURE-OVERLOAD-PAUSE] one pause, however long, is none; nor are late looks with others between', () => {
  const played = new Played();
  expect([played.look(3_600_000), ...played.looks(20)]).not.toContain(true);
  for (let time = 0; time < 20; time++) expect([played.look(60_000), played.look()]).toEqual([false, false]);
});

it('[PRESSURE-OVERLOAD-CALM] ends only after all looks were well under the limits for the time that is set', () => {
  const played = new Played({ delayMs: 2_000, forMs: 5_000, memory: 0.8 });
  played.looks(4, 3_000);
  expect(played.watch.isOverloaded).toBe(true);
  // Under the limit, and not by much.
  expect(played.looks(20, 1_500)).not.toContain(false);
  expect(played.looks(9)).not.toContain(false);
  expect(played.look(1_000)).toBe(true);
  played.share = 0.75;
  expect(played.looks(20)).not.toContain(false);
  played.share = 0.7;
  expect(played.looks(10)).not.toContain(false);
  expect(played.look()).toBe(false);
  expect(played.said.at(-1)).toBe('overloaded is over');
});

it('[PRESSURE-OVERLOAD] has one timer, and none once it is closed or where nothing is looked at', () => {
  const played = new Played();
  played.looks(5);
  expect(played.timers).toBe(1);
  played.watch.close();
  expect(played.timers).toBe(0);
  expect(new Played({ delayMs: 0, memory: 0 }).timers).toBe(0);
});

it.each([
  [true, 'false, or like'],
  [{ delayMs: -1 }, 'milliseconds, 0 or more'],
  [{ forMs: '5s' }, 'milliseconds, 0 or more'],
  [{ memory: 90 }, 'a share from 0'],
])('[PRESSURE-OVERLOAD-OPTIONS] %j is told in one sentence', (overload, told) => {
  const servers = { hello: inprocess({ name: 'hello', version: '1' } as never) };
  const check = () => checkOptions({ servers, overload });
  expect(check).toThrow(TypeError);
  expect(check).toThrow(told);
});

it('[PRESSURE-OVERLOAD-OPTIONS] false is taken, and what is left out is as it is by default', () => {
  const servers = { hello: inprocess({ name: 'hello', version: '1' } as never) };
  for (const overload of [undefined, false, {}, { memory: 0 }]) checkOptions({ servers, overload });
});
