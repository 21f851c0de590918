/** What every meter promises, wherever it counts. */
import { describe, expect, it } from 'vitest';
import type { Draw, Limit, Meter, Unit } from '../../src/access/limits.ts';

export interface MeterKit {
  /** A fresh one, in which nothing was counted. */
  create(): Promise<Meter> | Meter;
  close?(meter: Meter): Promise<void>;
}

const START = 1_700_000_000_000;

export function limit(amount: number, more: Partial<Limit> = {}): Limit {
  return {
    id: 'caller.calls',
    scope: 'caller',
    unit: 'calls',
    amount,
    perMs: 60_000,
    burst: amount,
    ...more,
  };
}

export function draw(from: Limit, of = 'ann', cost = 1): Draw {
  return { limit: from, of, cost };
}

export function meterContract(kit: MeterKit): void {
  const withMeter = (check: (meter: Meter) => Promise<void>) => async () => {
    const meter = await kit.create();
    try {
      await check(meter);
    } finally {
      await kit.close?.(meter);
    }
  };

  describe('[RATE-LIMIT] a bucket', () => {
    it(
      'gives its burst at once, then as much as comes in',
      withMeter(async (meter) => {
        const three = [draw(limit(3))];
        for (const left of [2, 1, 0])
          expect(await meter.take(three, START)).toMatchObject({ isRefused: false, remaining: left });
        expect(await meter.take(three, START + 1_000)).toMatchObject({ isRefused: true, waitMs: 19_000 });
        expect(await meter.take(three, START + 19_999)).toMatchObject({ isRefused: true, waitMs: 1 });
        expect(await meter.take(three, START + 20_000)).toMatchObject({ isRefused: false, remaining: 0 });
        expect(await meter.take(three, START + 20_000)).toMatchObject({ isRefused: true });
      }),
    );

    it(
      'gives no more at once than its burst, however long nothing was taken',
      withMeter(async (meter) => {
        const twice = [draw(limit(600, { burst: 2 }))];
        const taken: boolean[] = [];
        for (const at of [0, 0, 0, 3_600_000, 3_600_000, 3_600_000])
          taken.push((await meter.take(twice, START + at))?.isRefused === false);
        expect(taken).toEqual([true, true, false, true, true, false]);
      }),
    );

    it(
      'gives over a long time just what it may, asked without end',
      withMeter(async (meter) => {
        const asked = [draw(limit(7, { perMs: 1_000, burst: 3 }))];
        let given = 0;
        for (let ms = 0; ms < 100_000; ms += 7)
          if ((await meter.take(asked, START + ms))?.isRefused === false) given++;
        expect(Math.abs(given - (3 + 7 * 100))).toBeLessThanOrEqual(2);
      }),
    );

    it(
      'takes nothing from those of others',
      withMeter(async (meter) => {
        const one = limit(1);
        for (const of of ['ann', 'ben'])
          expect(await meter.take([draw(one, of)], START)).toMatchObject({ isRefused: false });
        for (const of of ['ann', 'ben'])
          expect(await meter.take([draw(one, of)], START)).toMatchObject({ isRefused: true });
      }),
    );

    it(
      'keeps what was counted when its numbers change, and forgets what nobody counts any more',
      withMeter(async (meter) => {
        await meter.take([draw(limit(2), 'ann', 2)], START);
        expect(await meter.take([draw(limit(3))], START)).toMatchObject({ isRefused: false, remaining: 0 });
        meter.keep(new Set(['caller.calls']));
        expect(await meter.take([draw(limit(3))], START)).toMatchObject({ isRefused: true });
        meter.keep(new Set());
        expect(await meter.take([draw(limit(3))], START)).toMatchObject({ isRefused: false });
      }),
    );
  });

  describe('[RATE-TOGETHER] several buckets', () => {
    it(
      'give all or nothing, and the one that refuses for longest is told',
      withMeter(async (meter) => {
        const [wide, narrow] = [limit(10), limit(2, { id: 'total.calls', scope: 'gateway' })];
        const both = [draw(wide), draw(narrow, '')];
        for (const left of [1, 0])
          expect(await meter.take(both, START)).toMatchObject({
            remaining: left,
            limit: { scope: 'gateway' },
          });
        for (let more = 0; more < 20; more++)
          expect(await meter.take(both, START)).toMatchObject({
            isRefused: true,
            limit: { scope: 'gateway' },
          });
        expect(await meter.take([draw(wide, 'ann', 8)], START)).toMatchObject({
          isRefused: false,
          remaining: 0,
        });
      }),
    );

    it(
      'have all of a batch taken or nothing of it',
      withMeter(async (meter) => {
        const three = limit(3);
        expect(await meter.take([draw(three, 'ann', 2)], START)).toMatchObject({ isRefused: false });
        expect(await meter.take([draw(three, 'ann', 2)], START)).toMatchObject({ isRefused: true });
        expect(await meter.take([draw(three, 'ann', 1)], START)).toMatchObject({ isRefused: false });
        expect(await meter.take([draw(three, 'ann', 0)], START)).toMatchObject({ isRefused: false });
      }),
    );
  });

  describe('[RATE-BYTES] what is counted afterwards', () => {
    const unit: Unit = 'bytes';
    it(
      'passes as long as anything is left, then waits until what is owed came in',
      withMeter(async (meter) => {
        const bytes = limit(1_000, { id: 'caller.bytes', unit, perMs: 1_000 });
        expect(await meter.take([draw(bytes, 'ann', 999)], START)).toMatchObject({ isRefused: false });
        expect(await meter.take([draw(bytes, 'ann', 0)], START)).toMatchObject({ isRefused: false });
        expect(await meter.take([draw(bytes, 'ann', 501)], START)).toMatchObject({ isRefused: false });
        expect(await meter.take([draw(bytes, 'ann', 1)], START)).toMatchObject({ isRefused: true });
        expect(await meter.take([draw(bytes, 'ann', 0)], START)).toMatchObject({
          isRefused: true,
          waitMs: 501,
        });
        expect(await meter.take([draw(bytes, 'ann', 0)], START + 501)).toMatchObject({ isRefused: false });
        expect(await meter.take([draw(bytes, 'ben', 0)], START)).toMatchObject({ isRefused: false });
      }),
    );

    it(
      'is made up for within the time of one burst, however much it was',
      withMeter(async (meter) => {
        const bytes = limit(1_000, { id: 'caller.bytes', unit, perMs: 1_000 });
        meter.charge([draw(bytes, 'ann', 1_000_000)], START);
        await meter.take([draw(bytes, 'ben', 1_000_000)], START);
        for (const of of ['ann', 'ben']) {
          const refused = await meter.take([draw(bytes, of, 0)], START);
          expect(refused).toMatchObject({ isRefused: true });
          expect(refused?.waitMs).toBeLessThanOrEqual(1_001);
          expect(await meter.take([draw(bytes, of, 0)], START + 1_001)).toMatchObject({ isRefused: false });
        }
      }),
    );
  });
}
