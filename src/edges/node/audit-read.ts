/** Reads the audit trail while gateways write it; never writes, and never holds them up. */
import { statSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { AuditRow } from './audit-row.ts';
import { rowsOf } from './sqlite-rows.ts';

export interface AuditFilter {
  /** Milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** The name of a key or of another caller. */
  readonly caller?: string | undefined;
  readonly server?: string | undefined;
  readonly tool?: string | undefined;
  /** A word, or `failed` for all but `ok`, or `denied` for what was turned away at the door. */
  readonly outcome?: string | undefined;
}

export interface NumberedRow extends AuditRow {
  readonly id: number;
}

/** How long a look waits where a gateway writes at that very moment. */
const BUSY_MS = 1_000;

export class AuditReader {
  readonly #database: DatabaseSync;
  readonly #where: string;
  readonly #values: Record<string, SQLInputValue>;
  readonly #path: string;
  /** Tells files of one path apart. */
  readonly file: number;

  /** @throws what the system says when there is no such file, or it is none of ours */
  constructor(path: string, filter: AuditFilter = {}) {
    this.#path = path;
    this.file = statSync(path).ino;
    this.#database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS });
    const { where, values } = conditions(filter);
    this.#where = where;
    this.#values = values;
  }

  /** Whether its path leads elsewhere by now: the file was taken away, and another one begun. */
  get isGone(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.ino !== this.file;
  }

  /** The last rows that fit, in the order in which they were written. */
  last(limit: number): NumberedRow[] {
    const text = `SELECT * FROM calls WHERE ${this.#where} ORDER BY id DESC LIMIT :limit`;
    const values = { ...this.#values, ':limit': limit };
    return rowsOf<NumberedRow>(this.#database.prepare(text), values).reverse();
  }

  /** Rows that fit among those with these numbers, the newest first; so few numbers that nobody waits for them. */
  within(from: number, to: number, limit: number): NumberedRow[] {
    const text = `SELECT * FROM calls WHERE id >= :from AND id <= :to AND ${this.#where} ORDER BY id DESC LIMIT :limit`;
    const values = { ...this.#values, ':from': from, ':to': to, ':limit': limit };
    return rowsOf(this.#database.prepare(text), values);
  }

  /** When the row of a number came; undefined where there is none. */
  timeOf(id: number): number | undefined {
    const row = this.#database.prepare('SELECT at FROM calls WHERE id = ?').get(id);
    return row === undefined ? undefined : Number(row['at']);
  }

  /** The number of the oldest row; 0 while there is none. */
  get oldest(): number {
    const row = this.#database.prepare('SELECT min(id) AS id FROM calls').get();
    return Number(row?.['id'] ?? 0);
  }

  /** Rows that were written after one, the oldest first. */
  after(id: number, limit: number): NumberedRow[] {
    const text = `SELECT * FROM calls WHERE id > :after AND ${this.#where} ORDER BY id LIMIT :limit`;
    return rowsOf(this.#database.prepare(text), { ...this.#values, ':after': id, ':limit': limit });
  }

  /** The number of the row that was written last; 0 while there is none. */
  get newest(): number {
    const row = this.#database.prepare('SELECT max(id) AS id FROM calls').get();
    return Number(row?.['id'] ?? 0);
  }

  close(): void {
    this.#database.close();
  }
}

/** Outcomes that are no failure. */
const FINE = "('ok', 'asked')";

function conditions({ since, caller, server, tool, outcome }: AuditFilter) {
  const values: Record<string, SQLInputValue> = {};
  const parts: string[] = [];
  const add = (text: string, name: string, value: SQLInputValue | undefined) => {
    if (value === undefined) return;
    parts.push(text);
    if (name !== '') values[name] = value;
  };
  add('at >= :since', ':since', since);
  // A principal is the name of its project, a slash, its own name, and the beginning of its hash.
  const name = "rtrim(substr(principal, 1, instr(principal || '#', '#')), '#')";
  // No LIKE: "_" is a letter of names, and ann is not Ann.
  const own = `substr(${name}, -length(:caller) - 1) = '/' || :caller`;
  add(`(principal = :caller OR ${name} = :caller OR ${own})`, ':caller', caller);
  add('server = :server', ':server', server);
  add("(target = :tool AND method = 'tools/call')", ':tool', tool);
  if (outcome === 'failed') add(`outcome NOT IN ${FINE}`, '', 1);
  else if (outcome === 'denied') add('era IS NULL AND outcome <> :lost', ':lost', 'rows_lost');
  else add('outcome = :outcome', ':outcome', outcome);
  return { where: parts.length === 0 ? '1' : parts.join(' AND '), values };
}
