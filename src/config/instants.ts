/** Points in time as people write them: a day, or an instant of ISO 8601. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds since the epoch; a day alone is its beginning in UTC. Undefined for anything else, also for a day that
 * no month has, and for a local time: it would be another one on another machine.
 */
export function parseInstant(text: string): number | undefined {
  if (!DAY.test(text) && !INSTANT.test(text)) return undefined;
  const ms = Date.parse(text);
  const day = text.slice(0, 10);
  if (Number.isNaN(ms) || new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) return undefined;
  return ms;
}

/** As it reads back: `2027-01-31` for the beginning of a day, else `2027-01-31T12:00:00.000Z`. */
export function formatInstant(ms: number): string {
  return new Date(ms).toISOString().replace(/T00:00:00\.000Z$/, '');
}
