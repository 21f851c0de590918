import { describe, expect, it } from 'vitest';
import { PerSecond, Refusals } from '../../../src/upstreams/reports.ts';
import { Notes } from './harness.ts';

describe('PerSecond', () => {
  it('allows so many in a second, counts the others, and begins anew with the next second', () => {
    let now = 5_000;
    const rate = new PerSecond(2, () => now);
    expect([rate.allow(), rate.allow(), rate.allow(), rate.allow()]).toEqual([true, true, false, false]);
    now += 400;
    expect(rate.restMs).toBe(600);
    expect(rate.takeDenied()).toBe(2);
    expect(rate.takeDenied()).toBe(0);
    now += 600;
    expect(rate.allow()).toBe(true);
  });

  it('goes on when the clock is set back', () => {
    let now = 5_000_000;
    const rate = new PerSecond(1, () => now);
    expect(rate.allow()).toBe(true);
    now = 1_000;
    expect(rate.allow()).toBe(true);
  });
});

describe('Refusals', () => {
  it('reports ten a second, and says how many were not', () => {
    let now = 0;
    const notes = new Notes();
    const refusals = new Refusals('s', notes, () => now);
    for (let n = 0; n < 1_000; n += 1) refusals.report('parse_error', 'Bad.');
    expect(notes.refusals).toHaveLength(10);
    expect(notes.refusals[0]).toEqual({
      where: 'upstream',
      code: 'parse_error',
      message: 'Bad.',
      server: 's',
    });
    now = 1_000;
    refusals.report('parse_error', 'Bad.');
    expect(notes.refusals[10]?.message).toBe('Bad. (990 more before this one were not reported)');
  });
});
