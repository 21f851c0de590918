/** Levels that all nodes take from. */
import { describe, expect, it } from 'vitest';
import type { WithPlace } from './backplane-place.ts';

export function backplaneCountersContract(withPlace: WithPlace): void {
  describe('counters', () => {
    it(
      '[BACKPLANE-COUNTERS] add up what all nodes take, up to what is most, and sink with time',
      withPlace(async ({ node, until }) => {
        const [one, other] = [await node(), await node()];
        const slow = { key: 'slow', amount: 1, perMs: 3_600_000, most: 10 };
        const quick = { key: 'quick', amount: 10, perMs: 300, most: 100 };
        const taken = await Promise.all([
          one.counters.exchange([{ ...slow, cost: 2 }]),
          other.counters.exchange([
            { ...slow, cost: 3 },
            { ...quick, cost: 20 },
          ]),
        ]);
        expect(taken.map((levels) => levels.length)).toEqual([1, 2]);
        const [level] = await one.counters.exchange([{ ...slow, cost: 0 }]);
        expect(level).toBeGreaterThan(4.9);
        expect(level).toBeLessThanOrEqual(5);
        expect(await one.counters.exchange([{ ...slow, cost: 100 }])).toEqual([10]);
        await until(async () => (await one.counters.exchange([{ ...quick, cost: 0 }]))[0] === 0);
        expect(await one.counters.exchange([])).toEqual([]);
      }),
    );
  });
}
