import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Relist } from '../../../../src/console/app/playground/runs/relist.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('[TORN-LISTS] asks at once, then once a second, and never twice at a time', () => {
  const asked: number[] = [];
  let isAsking = false;
  const start = Date.now();
  const relist = new Relist({ ask: () => asked.push(Date.now() - start), isAsking: () => isAsking });
  for (let at = 0; at < 2_990; at += 10) {
    relist.changed(['tool']);
    vi.advanceTimersByTime(10);
  }
  expect(asked).toEqual([0, 1_000, 2_000]);
  isAsking = true;
  vi.advanceTimersByTime(5_000);
  expect(asked).toHaveLength(3);
  isAsking = false;
  vi.advanceTimersByTime(5_000);
  expect(asked, 'the last word is heard').toHaveLength(4);

  relist.changed(['tool']);
  relist.clear();
  vi.advanceTimersByTime(5_000);
  expect(asked).toHaveLength(4);
});
