import { expect, it } from 'vitest';
import { BackOff, DEFAULT_BACK_OFF } from '../../../src/browser/back-off.ts';
import { pause, Watch } from '../../../src/browser/timing.ts';
import { FakeTiming } from './support.ts';

function backOff(die: number, limits = {}) {
  const timing = new FakeTiming();
  timing.die = die;
  return { timing, backOff: new BackOff({ ...DEFAULT_BACK_OFF, ...limits }, timing) };
}

it('[PAGE-BACKOFF] waits twice as long each time, up to half a minute', () => {
  const { backOff: full } = backOff(1);
  const waits = Array.from({ length: 9 }, () => full.next());
  expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

it('[PAGE-BACKOFF] waits for half of that at least: two pages do not come at the same moment', () => {
  expect(backOff(0).backOff.next()).toBe(250);
  expect(backOff(0.5).backOff.next()).toBe(375);
});

it('[PAGE-BACKOFF] waits as long as it was asked to, but not for ever', () => {
  const { backOff: asked } = backOff(0);
  expect(asked.next(5_000)).toBe(5_000);
  expect(asked.next(1e12)).toBe(30_000);
});

it('[PAGE-BACKOFF] gives up after so many tries in a row', () => {
  const { backOff: few } = backOff(0, { attempts: 2 });
  expect([few.next(), few.next(), few.next()]).toEqual([250, 500, undefined]);
});

it('[PAGE-BACKOFF] forgets failures once a connection has lasted, and not before', () => {
  const { timing, backOff: back } = backOff(0);
  back.next();
  back.opened();
  timing.advance(4_999);
  expect(back.next()).toBe(500);
  back.opened();
  timing.advance(5_000);
  expect(back.next()).toBe(250);
});

it('a pause ends with its time, or with its signal, and leaves nothing behind', async () => {
  const timing = new FakeTiming();
  const life = new AbortController();
  const over = pause(timing, 10, life.signal);
  timing.advance(10);
  await over;
  const cut = pause(timing, 10, life.signal);
  life.abort();
  await expect(cut).rejects.toMatchObject({ code: 'closed' });
  await expect(pause(timing, 10, life.signal)).rejects.toMatchObject({ code: 'closed' });
  expect(timing.timers).toBe(0);
});

it('[PAGE-INACTIVE] a watch tells of silence once, however often it was fed with one timer', () => {
  const timing = new FakeTiming();
  let told = 0;
  const watch = new Watch(timing, 100, () => void told++);
  timing.advance(1_000);
  expect(told).toBe(0);
  for (let n = 0; n < 50; n++) {
    watch.feed();
    expect(timing.timers).toBe(1);
    timing.advance(90);
  }
  expect(told).toBe(0);
  timing.advance(10);
  expect([told, timing.timers]).toEqual([1, 0]);
  watch.feed();
  watch.stop();
  timing.advance(1_000);
  expect([told, timing.timers]).toEqual([1, 0]);
  new Watch(timing, 0, () => void told++).feed();
  expect(timing.timers).toBe(0);
});
