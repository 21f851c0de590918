/** Times and sizes as people write them. */

const TIMES: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZES: Record<string, number> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** `500ms`, `30s`, `1.5m`, `2h`. */
export const DURATION = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|m|h|d)$/;
/** `512KiB`, `4 MiB`, `1G`: powers of 1024. */
export const SIZE = /^(\d{1,9}(?:\.\d{1,3})?) ?(?:([KMGkmg])(?:i?[Bb])?|[Bb])$/;

/** The longest wait a timer can take: 2^31 - 1 ms, some 24 days. */
export const LONGEST_MS = 2_147_483_647;

/** Milliseconds of `30s` or `30000`; undefined when the text is no time. */
export function parseDuration(value: string | number): number | undefined {
  if (typeof value === 'number') return value;
  const match = DURATION.exec(value);
  const ms = match ? Math.round(Number(match[1]) * (TIMES[match[2] ?? 'ms'] ?? 1)) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Bytes of `4MiB` or `4194304`; undefined when the text is no size. */
export function parseSize(value: string | number): number | undefined {
  if (typeof value === 'number') return value;
  const match = SIZE.exec(value);
  if (!match) return undefined;
  return Math.round(Number(match[1]) * (SIZES[(match[2] ?? '').toLowerCase()] ?? 1));
}

/** The shortest text that reads back as the same time: `30s`, `5m`, `1500ms`. */
export function formatDuration(ms: number): string {
  const [unit = 'ms', length = 1] = Object.entries(TIMES).findLast(([, each]) => ms % each === 0) ?? [];
  return `${ms / length}${unit}`;
}

/** The same for sizes: `4MiB`, `1536B`. */
export function formatSize(bytes: number): string {
  const [unit = 'b', length = 1] = Object.entries(SIZES).findLast(([, each]) => bytes % each === 0) ?? [];
  return `${bytes / length}${unit === 'b' ? 'B' : `${unit.toUpperCase()}iB`}`;
}
