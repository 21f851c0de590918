import { expect, it } from 'vitest';
import { Quota } from '../../../src/aare/quota.ts';

it('lets through so many per key and window, and says how long to wait', () => {
  const quota = new Quota(2, 1000);
  expect([quota.take('a', 0), quota.take('a', 400), quota.take('a', 500)]).toEqual([0, 0, 500]);
  expect(quota.take('b', 500)).toBe(0);
  expect([quota.take('a', 1000), quota.take('a', 1001)]).toEqual([0, 399]);
});

it('holds no more keys than its cap', () => {
  const quota = new Quota(1, 1000, 3);
  for (let n = 0; n < 10; n += 1) quota.take(`key ${n}`, 0);
  expect(quota.size).toBe(3);
});
