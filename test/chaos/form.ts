/** How much is broken: a little in `npm test`, as much as was promised in `npm run chaos`. */
import type { Ledger } from './ledger.ts';

export const isFull = process.env['CHAOS'] === 'full';

/** The longest that one test may take, in ms. */
export const MOST_MS = isFull ? 600_000 : 90_000;

/** One of two values, by the form. */
export function form<T>(short: T, full: T): T {
  return isFull ? full : short;
}

/** What was found, for whoever started the full form. */
export function tell(what: string, ledger: Ledger, more: object = {}): void {
  if (!isFull) return;
  const { asked, again, lines, resumed, lost, tally } = ledger;
  console.log(
    `${what}: ${JSON.stringify({ asked, again, lines, resumed, lost, ...more, tally }, undefined, 2)}`,
  );
}
