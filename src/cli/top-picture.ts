/** What `sluice top` shows, as lines that fit a screen. Pure. */
import type { ServerView } from '../edges/admin/contract/server.ts';
import type { SessionView } from '../edges/admin/contract/session.ts';
import { bytes, duration, millis, share } from './amounts.ts';
import type { Paint, Style } from './io.ts';
import type { Look } from './top.ts';
import { cutTo, fit, visible, widthOf } from './visible.ts';

export interface Frame {
  /** The look before, of which rates are told. */
  readonly before: Look | undefined;
  readonly label: string;
  readonly columns: number;
  readonly rows: number;
  readonly paint: Paint;
  /** Why what is shown is old. */
  readonly trouble?: string | undefined;
}

interface Column<T> {
  readonly head: string;
  readonly side?: 'right';
  /** Columns of the screen at most. */
  readonly most?: number;
  /** The lower, the sooner it is left out where the screen is narrow; the first has none, and stays. */
  readonly rank?: number;
  readonly cell: (one: T) => string;
  readonly style?: (one: T) => Style | undefined;
}

export function picture(look: Look, frame: Frame): string[] {
  const head = headOf(look, frame);
  const trouble =
    frame.trouble === undefined ? [] : [frame.paint('red', cutTo(visible(frame.trouble), frame.columns))];
  const room = frame.rows - head.length - trouble.length - 2;
  const servers = look.servers.toSorted(
    (a, b) => b.inFlight - a.inFlight || b.calls - a.calls || compare(a.name, b.name),
  );
  const sessions = look.sessions.toSorted((a, b) => b.inFlight - a.inFlight || b.lastSeenAt - a.lastSeenAt);
  // Servers get what they need, but for what a few sessions need.
  const forServers = Math.max(2, Math.min(servers.length + 1, room - Math.min(sessions.length + 1, 4)));
  const above = table(servers, serverColumns(frame.before), frame, forServers);
  const below = table(sessions, sessionColumns(look.at), frame, Math.max(2, room - above.length));
  return [...head, ...trouble, '', ...above, '', ...below].slice(0, frame.rows);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

// ---------------------------------------------------------------------------------------------- the head

function headOf({ overview, sample, open, at }: Look, { label, columns, paint }: Frame): string[] {
  const { version, status, startedAt, troubles } = overview;
  const style = status === 'healthy' ? 'green' : 'yellow';
  const title = `sluice ${visible(version)}  ${visible(label)}  up ${duration(at - startedAt)}`;
  const facts =
    sample === undefined
      ? [`${overview.sessions} sessions`, `${overview.streams} streams`, `${overview.inFlight} in flight`]
      : [
          `${sample.received} msg/s`,
          `${sample.calls} calls/s`,
          `${share(sample.errors, sample.calls)} errors`,
          `p50 ${millis(sample.p50)}`,
          `p95 ${millis(sample.p95)}`,
          `p99 ${millis(sample.p99)}`,
          `${open} sessions`,
          `${sample.streams} streams`,
          `${sample.inFlight} in flight`,
          `${bytes(sample.queuedBytes)} queued`,
          `cpu ${Math.round(sample.cpu * 100)} %`,
          `mem ${bytes(sample.memoryBytes)}`,
          `loop ${millis(sample.loopDelayMs)}`,
        ];
  return [
    `${paint('bold', cutTo(title, columns - status.length - 2))}  ${paint(style, status)}`,
    ...folded(facts, columns),
    ...troubles.map(({ message }) => paint('yellow', cutTo(visible(message), columns))),
  ];
}

/** Facts in as few lines as they fit into. */
function folded(facts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const longer = lines.length === 0 ? undefined : `${lines.at(-1)}  ${fact}`;
    if (longer !== undefined && longer.length <= columns) lines[lines.length - 1] = longer;
    else lines.push(cutTo(fact, columns));
  }
  return lines;
}

// -------------------------------------------------------------------------------------------- the tables

const STATES: Readonly<Record<ServerView['state'], Style>> = {
  up: 'green',
  idle: 'dim',
  backoff: 'yellow',
  failed: 'red',
  disabled: 'dim',
};

function serverColumns(before: Look | undefined): readonly Column<ServerView>[] {
  const past = new Map(before?.servers.map((one) => [one.name, one]));
  const since = (one: ServerView, what: 'calls' | 'errors') => {
    const was = past.get(one.name);
    return was === undefined ? undefined : Math.max(0, one[what] - was[what]);
  };
  return [
    { head: 'SERVER', most: 32, cell: (one) => one.name },
    { head: 'STATE', rank: 11, cell: (one) => one.state, style: (one) => STATES[one.state] },
    { head: 'KIND', rank: 2, cell: (one) => one.kind },
    { head: 'ERA', rank: 1, cell: (one) => one.era },
    { head: 'SESSIONS', side: 'right', rank: 6, cell: (one) => String(one.sessions) },
    { head: 'IN FLIGHT', side: 'right', rank: 5, cell: (one) => String(one.inFlight) },
    { head: 'CALLS/S', side: 'right', rank: 10, cell: (one) => String(since(one, 'calls') ?? '') },
    { head: 'CALLS', side: 'right', rank: 3, cell: (one) => String(one.calls) },
    {
      head: 'ERRORS',
      side: 'right',
      rank: 9,
      cell: (one) => String(one.errors),
      style: (one) => ((since(one, 'errors') ?? 0) > 0 ? 'red' : undefined),
    },
    { head: 'P50', side: 'right', rank: 7, cell: (one) => millis(one.p50) },
    { head: 'P95', side: 'right', rank: 8, cell: (one) => millis(one.p95) },
    { head: 'RESTARTS', side: 'right', rank: 4, cell: (one) => String(one.restarts) },
    { head: 'WHY', most: 60, rank: 0, cell: (one) => one.reason ?? '' },
  ];
}

function sessionColumns(at: number): readonly Column<SessionView>[] {
  return [
    { head: 'SESSION', cell: (one) => one.id },
    { head: 'SERVER', most: 24, rank: 9, cell: (one) => one.server },
    { head: 'CLIENT', most: 28, rank: 8, cell: clientOf },
    { head: 'CALLER', most: 24, rank: 4, cell: (one) => one.principal },
    { head: 'DIALECT', most: 12, rank: 5, cell: (one) => one.dialect },
    { head: 'VERSION', rank: 1, cell: (one) => one.version ?? '' },
    { head: 'ADDRESS', most: 40, rank: 0, cell: (one) => one.address },
    { head: 'AGE', side: 'right', rank: 6, cell: (one) => duration(at - one.openedAt) },
    { head: 'IDLE', side: 'right', rank: 7, cell: (one) => duration(at - one.lastSeenAt) },
    { head: 'STREAMS', side: 'right', rank: 3, cell: (one) => String(one.streams) },
    { head: 'IN FLIGHT', side: 'right', rank: 10, cell: (one) => String(one.inFlight) },
    { head: 'QUEUED', side: 'right', rank: 2, cell: (one) => bytes(one.queuedBytes) },
  ];
}

export function clientOf({ client }: SessionView): string {
  return client === undefined ? '' : `${client.name} ${client.version}`.trim();
}

const GAP = 2;

/** A head and rows, at most `rows` lines of `columns`; what has no room is counted. */
function table<T>(
  all: readonly T[],
  columns: readonly Column<T>[],
  { columns: width, paint }: Frame,
  rows: number,
): string[] {
  const isLong = all.length > rows - 1;
  const shown = all.slice(0, Math.max(0, isLong ? rows - 2 : rows - 1));
  const cells = shown.map((one) => new Map(columns.map((column) => [column, visible(column.cell(one))])));
  const sized = columns.map((column) => {
    const needed = Math.max(widthOf(column.head), ...cells.map((row) => widthOf(row.get(column) ?? '')));
    return { column, width: Math.min(column.most ?? 20, needed) };
  });
  const kept = narrowed(sized, width);
  const line = (text: (column: Column<T>) => string, style?: (column: Column<T>) => Style | undefined) =>
    kept
      .map(({ column, width }) => {
        const cell = fit(text(column), width, column.side);
        const how = style?.(column);
        return how === undefined ? cell : paint(how, cell);
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [
    paint(
      'dim',
      line(({ head }) => head),
    ),
    ...shown.map((one, at) =>
      line(
        (column) => cells[at]?.get(column) ?? '',
        (column) => column.style?.(one),
      ),
    ),
    ...(isLong ? [paint('dim', cutTo(`… and ${all.length - shown.length} more`, width))] : []),
  ];
}

interface Sized<T> {
  readonly column: Column<T>;
  readonly width: number;
}

/** Leaves out what matters least until it fits, then makes the first column narrow. */
function narrowed<T>(sized: readonly Sized<T>[], room: number): readonly Sized<T>[] {
  const taken = (some: readonly Sized<T>[]) => some.reduce((sum, { width }) => sum + width + GAP, -GAP);
  let kept = sized;
  while (taken(kept) > room) {
    const least = kept
      .filter(({ column }) => column.rank !== undefined)
      .toSorted((a, b) => (a.column.rank ?? 0) - (b.column.rank ?? 0))[0];
    if (least === undefined) break;
    kept = kept.filter((one) => one !== least);
  }
  const over = taken(kept) - room;
  if (over <= 0) return kept;
  return kept.map((one, at) => (at === 0 ? { ...one, width: Math.max(1, one.width - over) } : one));
}
