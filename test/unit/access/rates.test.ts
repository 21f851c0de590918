import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Rates } from '../../../src/access/rates.ts';

describe('calls within a minute', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('[RATE-LIMIT] are taken up to the limit, then refused until the minute is over', async () => {
    const rates = new Rates(3);
    for (let call = 0; call < 3; call++) expect(await rates.take('ann', 1)).toBeUndefined();
    vi.advanceTimersByTime(20_000);
    expect(await rates.take('ann', 1)).toEqual({ limit: 3, retryMs: 40_000 });
    vi.advanceTimersByTime(39_999);
    expect(await rates.take('ann', 1)).toEqual({ limit: 3, retryMs: 1 });
    vi.advanceTimersByTime(1);
    expect(await rates.take('ann', 1)).toBeUndefined();
  });

  it('[RATE-LIMIT] of one principal take nothing from another', async () => {
    const rates = new Rates(1);
    expect(await rates.take('ann', 1)).toBeUndefined();
    expect(await rates.take('ann', 1)).toBeDefined();
    expect(await rates.take('ben', 1)).toBeUndefined();
  });

  it('that come together are all taken, or none', async () => {
    const rates = new Rates(3);
    expect(await rates.take('ann', 2)).toBeUndefined();
    expect(await rates.take('ann', 2)).toMatchObject({ limit: 3 });
    expect(await rates.take('ann', 1)).toBeUndefined();
    expect(await rates.take('ann', 0)).toBeUndefined();
    expect(await rates.take('ann', 1)).toBeDefined();
  });

  it('are forgotten with the minute', async () => {
    const rates = new Rates(1);
    for (let n = 0; n < 100; n++) await rates.take(`p${n}`, 1);
    expect(vi.getTimerCount()).toBe(100);
    vi.advanceTimersByTime(60_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
