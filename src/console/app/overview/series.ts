/** Samples as the columns of charts. */
import type { Sample } from '../../../edges/admin/contract/stats.ts';

export type Values = readonly (number | null)[];

export interface Line {
  readonly label: string;
  /** A token of the style, without `--color-`. */
  readonly colour: string;
  readonly values: Values;
}

/** Lines beyond these are one, called `others`: more colours cannot be told apart. */
const MOST_LINES = 6;
const COLOURS = ['chart-1', 'chart-2', 'chart-3', 'chart-4', 'chart-5', 'chart-6'] as const;

export function throughput(samples: readonly Sample[]): Line[] {
  return [
    { label: 'Messages in', colour: 'chart-1', values: samples.map(({ received }) => received) },
    { label: 'Calls ended', colour: 'chart-2', values: samples.map(({ calls }) => calls) },
  ];
}

export function latency(samples: readonly Sample[]): Line[] {
  return [
    { label: 'p50', colour: 'chart-2', values: samples.map(({ p50 }) => p50) },
    { label: 'p95', colour: 'chart-3', values: samples.map(({ p95 }) => p95) },
    { label: 'p99', colour: 'chart-4', values: samples.map(({ p99 }) => p99) },
  ];
}

export function errors(samples: readonly Sample[]): Line[] {
  return [
    { label: 'Failed calls', colour: 'chart-4', values: samples.map(({ errors }) => errors) },
    { label: 'Refused', colour: 'chart-3', values: samples.map(({ refused }) => refused) },
  ];
}

/** All open sessions, and those of each dialect. */
export function sessions(samples: readonly Sample[]): Line[] {
  const byDialect = grouped(samples, ({ dialects }) => dialects);
  return [
    { label: 'All', colour: 'chart-1', values: samples.map(({ sessions }) => sessions) },
    ...byDialect.map((line, index) => ({ ...line, colour: colourAt(index + 1) })),
  ];
}

/** Calls a second of each server that was called. */
export function byServer(samples: readonly Sample[]): Line[] {
  const lines = grouped(samples, ({ servers }) =>
    Object.fromEntries(Object.entries(servers).map(([name, { calls }]) => [name, calls])),
  );
  return lines.map((line, index) => ({ ...line, colour: colourAt(index) }));
}

function colourAt(index: number): string {
  return COLOURS[index % COLOURS.length] ?? 'chart-1';
}

/** The largest first; those that do not get a line of their own in one. */
function grouped(
  samples: readonly Sample[],
  of: (sample: Sample) => Readonly<Record<string, number>>,
): Omit<Line, 'colour'>[] {
  const totals = new Map<string, number>();
  const each = samples.map(of);
  for (const counts of each)
    for (const [name, count] of Object.entries(counts)) totals.set(name, (totals.get(name) ?? 0) + count);
  const names = [...totals.keys()].sort(
    (a, b) => (totals.get(b) ?? 0) - (totals.get(a) ?? 0) || (a < b ? -1 : 1),
  );
  const most = MOST_LINES - 1;
  const own = names.length > most ? names.slice(0, most - 1) : names;
  const rest = names.slice(own.length);
  const lines = own.map((label) => ({ label, values: each.map((counts) => counts[label] ?? 0) }));
  if (rest.length === 0) return lines;
  const values = each.map((counts) => rest.reduce((sum, name) => sum + (counts[name] ?? 0), 0));
  return [...lines, { label: `${rest.length} others`, values }];
}
