import { AareError } from './error.ts';

const unitMs: Readonly<Record<string, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  month: 30 * 86_400_000,
  year: 365 * 86_400_000,
};

const relative = /^-(\d{1,4}) ?(minute|hour|day|week|month|year)s?$/;
const unix = /^\d{9,10}$/;
const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(z|[+-]\d{2}:?\d{2})?)?$/;

/** A range of time in the words of the API. */
export interface TimeRange {
  readonly start: string;
  readonly end: string;
}

/**
 * Checks a range and gives it in the API's words: ISO 8601 (UTC unless it names an offset), Unix seconds, `now`,
 * or a while ago such as `-7 days`.
 *
 * @throws AareError `aare-bad-time` for anything else, or when the start is not before the end.
 */
export function timeRange(start: string | number, end: string | number, now: number): TimeRange {
  const from = moment('start', start, now);
  const to = moment('end', end, now);
  if (from.at >= to.at) {
    throw new AareError('aare-bad-time', `start (${from.words}) must lie before end (${to.words}).`);
  }
  return { start: from.words, end: to.words };
}

interface Moment {
  readonly words: string;
  /** Milliseconds since the epoch; months and years only roughly, which is enough to tell the order. */
  readonly at: number;
}

function moment(name: string, given: string | number, now: number): Moment {
  const words = String(given).trim().toLowerCase();
  const at = momentAt(words, now);
  if (at !== undefined) return { words: iso.test(words) ? words.toUpperCase() : words, at };
  throw new AareError(
    'aare-bad-time',
    `${name} is not understood: "${words.slice(0, 40)}". Give ISO 8601 (2026-07-01 or 2026-07-01T12:00:00Z), ` +
      'Unix seconds (1782864000), "now", or a while ago such as "-7 days".',
  );
}

function momentAt(words: string, now: number): number | undefined {
  if (words === 'now') return now;
  if (unix.test(words)) return Number(words) * 1000;
  const ago = relative.exec(words);
  if (ago !== null) return now - Number(ago[1]) * (unitMs[ago[2] ?? ''] ?? 0);
  return isoAt(words);
}

function isoAt(words: string): number | undefined {
  const parts = iso.exec(words);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // `Date` rolls the 31st of February over into March: such a date is a mistake, not a date.
  const rolled = at.getUTCMonth() !== month - 1 || at.getUTCDate() !== day || at.getUTCHours() !== hour;
  if (rolled || minute > 59 || second > 59) return undefined;
  return at.getTime() - offsetMs(parts[7]);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/\D/g, '');
  return sign * (Number(digits.slice(0, 2)) * 3_600_000 + Number(digits.slice(2)) * 60_000);
}
