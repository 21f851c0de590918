import { describe, expect, it } from 'vitest';
import { timeRange } from '../../../src/aare/time.ts';

const now = Date.UTC(2026, 6, 1, 12);

describe('a range of time', () => {
  it.each([
    ['-7 days', 'now', '-7 days', 'now'],
    ['-2 Weeks', '-1 hour', '-2 weeks', '-1 hour'],
    [' -90 minutes ', 'NOW', '-90 minutes', 'now'],
    ['-1 year', '-3 months', '-1 year', '-3 months'],
    ['2026-06-01', '2026-06-30', '2026-06-01', '2026-06-30'],
    ['2026-06-01T10:00:00Z', '2026-06-01t12:30z', '2026-06-01T10:00:00Z', '2026-06-01T12:30Z'],
    ['2026-06-01 10:00', '2026-06-01T10:00:00.500+00:00', null, null],
    [
      '2026-06-01T12:00:00+02:00',
      '2026-06-01T10:00:01Z',
      '2026-06-01T12:00:00+02:00',
      '2026-06-01T10:00:01Z',
    ],
    ['2024-02-29', '1782864000', '2024-02-29', '1782864000'],
    [1_782_000_000, 1_782_864_000, '1782000000', '1782864000'],
  ])('%s … %s', (start, end, from, to) => {
    if (from === null) expect(() => timeRange(start, end, now)).toThrow('must lie before');
    else expect(timeRange(start, end, now)).toEqual({ start: from, end: to });
  });

  it.each([
    'yesterday',
    '',
    '7 days',
    '-7 fortnights',
    '-99999 days',
    '2026',
    '2026-02-30',
    '2026-13-01',
    '2026-06-01T24:00:00Z',
    '2026-06-01T10:60:00Z',
    '2026-06-01&city=thun',
    '1782864000000',
    '-5',
    '1.5',
  ])('refuses %j, and says what it takes', (start) => {
    expect(() => timeRange(start, 'now', now)).toThrow(/^start is not understood: .*ISO 8601.*"-7 days"/);
    expect(() => timeRange('-1 day', start, now)).toThrow(/^end is not understood/);
  });

  it.each([
    ['now', 'now'],
    ['now', '-1 day'],
    ['-1 day', '-7 days'],
    ['2026-06-02', '2026-06-01'],
    ['2026-06-01T12:00:00Z', '2026-06-01T13:00:00+02:00'],
  ])('refuses %s … %s: the wrong way round', (start, end) => {
    expect(() => timeRange(start, end, now)).toThrow('must lie before end');
  });
});
