/** `sluice audit`: what the audit trail of this folder says, and with `--follow` what is added to it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseDuration } from '../config/units.ts';
import { type AuditFilter, AuditReader, type NumberedRow } from '../edges/node/audit-read.ts';
import { dataPlace } from './data-place.ts';
import { CliError, EXIT, usage } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { type Io, painter } from './io.ts';

export interface AuditFlags {
  readonly follow: boolean;
  readonly json: boolean;
  readonly since?: string | undefined;
  readonly caller?: string | undefined;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  readonly outcome?: string | undefined;
  readonly limit: string;
  readonly dataDir?: string | undefined;
  readonly config?: string | undefined;
}

/** Between two looks at the file. */
const LOOK_MS = 250;
/** Looks in a row that may find nothing that can be read. */
const MOST_FAILURES = 8;
/** Rows of one look; more follow at once. */
const LOOK_ROWS = 1_000;
const MOST_ROWS = 1_000_000;

/** @returns 0, or 130 after Ctrl-C while it followed */
export async function audit(io: Io, flags: AuditFlags): Promise<number> {
  const filter = filterOf(flags);
  const limit = limitOf(flags.limit);
  const path = join((await dataPlace(io, flags)).folder, 'audit.db');
  const print = printer(io, flags.json);
  const isAwaited = flags.follow && !existsSync(path);
  if (isAwaited) io.err(`There is no audit trail at ${path} yet; waiting for one.\n`);
  const reader = isAwaited ? undefined : open(path, filter);
  if (flags.follow || !reader)
    return interruptible(io, (signal) => follow(path, filter, { reader, limit, print, signal }));
  const rows = reading(path, () => reader.last(limit));
  reader.close();
  print(rows);
  if (rows.length === 0) io.err('No row fits.\n');
  return EXIT.ok;
}

interface Following {
  /** Undefined where there is no trail yet. */
  readonly reader: AuditReader | undefined;
  readonly limit: number;
  readonly print: (rows: readonly NumberedRow[]) => void;
  readonly signal: AbortSignal;
}

async function follow(path: string, filter: AuditFilter, { limit, print, signal, ...open }: Following) {
  let reader = open.reader;
  let last = reader?.newest ?? 0;
  let file = reader?.file;
  let failures = 0;
  print(reader?.last(limit).filter(({ id }) => id <= last) ?? []);
  /** What was added since the last look. */
  const look = (): NumberedRow[] => {
    if (reader?.isGone) {
      reader.close();
      reader = undefined;
    }
    const fresh = reader ?? reopened(path, filter);
    if (fresh && fresh.file !== file) last = 0;
    file = fresh?.file ?? file;
    reader = fresh;
    const rows = fresh?.after(last, LOOK_ROWS) ?? [];
    last = rows.at(-1)?.id ?? last;
    // Where all rows were deleted, their numbers begin anew.
    if (rows.length === 0 && fresh && fresh.newest < last) last = 0;
    return rows;
  };
  try {
    while (!signal.aborted) {
      let rows: NumberedRow[] = [];
      try {
        rows = look();
        failures = 0;
      } catch (error) {
        // Taken away or begun at this very moment: the next look finds what is there then.
        reader?.close();
        reader = undefined;
        if (++failures >= MOST_FAILURES) reading(path, () => raise(error));
      }
      print(rows);
      if (rows.length < LOOK_ROWS) await pause(signal);
    }
    return EXIT.ok;
  } finally {
    reader?.close();
  }
}

function raise(error: unknown): never {
  throw error;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(end, LOOK_MS);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      done();
    }
    signal.addEventListener('abort', end);
  });
}

/** A gateway begins a file as soon as it has something to write; until that can be read there is none. */
function reopened(path: string, filter: AuditFilter): AuditReader | undefined {
  try {
    return new AuditReader(path, filter);
  } catch {
    return undefined;
  }
}

function open(path: string, filter: AuditFilter): AuditReader {
  return reading(path, () => new AuditReader(path, filter));
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw usage(
        `There is no audit trail at ${path}; switch it on with "audit": { "enabled": true }, or name its folder with --data-dir.`,
      );
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(EXIT.usage, `The audit trail ${path} cannot be read: ${reason}.`, { cause: error });
  }
}

// -------------------------------------------------------------------------------------------- the options

function filterOf({ since, caller, server, tool, outcome }: AuditFlags): AuditFilter {
  return { since: sinceOf(since), caller, server, tool, outcome };
}

function sinceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms !== undefined) return Date.now() - ms;
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw usage('--since takes a time like 1h or 30m, or a date like 2026-07-28T10:00.');
  return at;
}

function limitOf(text: string): number {
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST_ROWS) throw usage(`--limit takes a number from 1 to ${MOST_ROWS}.`);
  return limit;
}

// ---------------------------------------------------------------------------------------------- the table

function printer(io: Io, isJson: boolean): (rows: readonly NumberedRow[]) => void {
  if (isJson) return (rows) => rows.length > 0 && io.out(rows.map(jsonLine).join(''));
  let hasHead = false;
  return (rows) => {
    if (rows.length === 0) return;
    if (!hasHead) io.out(painter(io)('dim', `${HEAD}\n`));
    hasHead = true;
    io.out(rows.map((row) => line(io, row)).join(''));
  };
}

/** As it is kept, without what there is not. */
function jsonLine({ at, ...row }: NumberedRow): string {
  const there = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
  return `${harmlessJson(JSON.stringify({ time: new Date(at).toISOString(), ...there }))}\n`;
}

/** The same for JSON, where the rest is escaped. */
function harmlessJson(text: string): string {
  return text.replace(/[\u007f-\u009f]/g, (one) => `\\u00${one.charCodeAt(0).toString(16)}`);
}

const WIDTHS = { time: 23, principal: 18, server: 14, what: 36, outcome: 16, ms: 9 };
const HEAD = [
  'time'.padEnd(WIDTHS.time),
  'caller'.padEnd(WIDTHS.principal),
  'server'.padEnd(WIDTHS.server),
  'what'.padEnd(WIDTHS.what),
  'outcome'.padEnd(WIDTHS.outcome),
  'ms'.padStart(WIDTHS.ms),
].join('  ');

function line(io: Io, row: NumberedRow): string {
  const { outcome, count, code } = row;
  const paint = painter(io);
  const time = new Date(row.at).toISOString().slice(0, 23).replace('T', ' ');
  const who = row.principal ?? row.address ?? '';
  const what = [shortMethod(row.method), row.target].filter((text) => text !== null).join(' ');
  const word = code === null || outcome !== 'error' ? outcome : `${outcome} ${code}`;
  const cells = [
    time,
    who.padEnd(WIDTHS.principal),
    (row.server ?? '').padEnd(WIDTHS.server),
    what.padEnd(WIDTHS.what),
    (count > 1 ? `${word} ×${count}` : word).padEnd(WIDTHS.outcome),
    (row.ms === null ? '' : row.ms.toFixed(1)).padStart(WIDTHS.ms),
  ].map(plain);
  const text = `${cells.join('  ')}${row.arguments === null ? '' : `  ${plain(row.arguments)}`}`;
  return `${outcome === 'ok' ? text : paint('bold', text)}\n`;
}

/** The file may have been written by whoever may write there: nothing in it steers a terminal. */
function plain(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');
}

/** What is called is what is meant, nearly always. */
function shortMethod(method: string | null): string | null {
  return method === 'tools/call' ? null : method;
}
