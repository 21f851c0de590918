/**
 * The file of the audit trail: rows in SQLite, written in transactions, the oldest deleted in small pieces.
 *
 * Guarantees: nobody but its owner may read it; a file that is broken is put aside and another one begun; several
 * gateways may write into one; what was committed outlives the process, however that ends.
 *
 * All of it is synchronous: callers hand over few rows at a time.
 */
import { chmodSync, mkdirSync, openSync, closeSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { type AuditRow, COLUMNS, valuesOf } from './audit-row.ts';
import { rowsOf } from './sqlite-rows.ts';

export interface AuditFileOptions {
  readonly path: string;
  /** Told in one sentence what had to be done to go on. */
  readonly tell: (message: string) => void;
}

interface Oldest {
  readonly id: number;
  readonly at: number;
}

/** Rows that are deleted at once: a millisecond or two. */
const DELETED_ROWS = 500;
/** Pages that are given back to the disk at once. */
const FREED_PAGES = 200;

export class AuditFile {
  readonly #options: AuditFileOptions;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #oldest: StatementSync;
  readonly #newest: StatementSync;
  readonly #delete: StatementSync;
  readonly #inode: number;

  /**
   * Opens the file, making it (and its folder) where there is none.
   * @throws what the system says when it cannot be opened or made
   */
  constructor(options: AuditFileOptions) {
    this.#options = options;
    this.#database = opened(options);
    const names = COLUMNS.map((name) => `"${name}"`).join(', ');
    const places = COLUMNS.map(() => '?').join(', ');
    this.#insert = this.#database.prepare(`INSERT INTO calls (${names}) VALUES (${places})`);
    this.#oldest = this.#database.prepare(`SELECT id, at FROM calls ORDER BY id LIMIT ${DELETED_ROWS}`);
    this.#newest = this.#database.prepare('SELECT max(id) AS id FROM calls');
    this.#delete = this.#database.prepare('DELETE FROM calls WHERE id <= ?');
    this.#inode = statSync(options.path).ino;
  }

  /** Whether its path still leads to it: rows in a file that was deleted are lost. */
  get isThere(): boolean {
    return statSync(this.#options.path, { throwIfNoEntry: false })?.ino === this.#inode;
  }

  /** All of them, or none. @throws what SQLite says */
  write(rows: readonly AuditRow[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const row of rows) this.#insert.run(...valuesOf(row));
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  /**
   * Deletes some of the oldest rows that are older than a time, or too many.
   * @returns whether there is more to do
   * @throws what SQLite says
   */
  prune(before: number, maxBytes: number): boolean {
    const oldest = rowsOf<Oldest>(this.#oldest);
    const isOld = oldest.findIndex(({ at }) => at >= before);
    const count = Math.max(isOld === -1 ? oldest.length : isOld, this.#surplus(oldest, maxBytes));
    const last = oldest[count - 1];
    if (last) this.#delete.run(last.id);
    this.#database.exec(`PRAGMA incremental_vacuum(${FREED_PAGES})`);
    return count > 0 && count === oldest.length;
  }

  /** How many of the oldest are to go so that the rest fits, about. */
  #surplus([first, ...others]: readonly Oldest[], maxBytes: number): number {
    const { bytes } = this;
    if (!first || bytes <= maxBytes) return 0;
    const rows = Number(this.#newest.get()?.['id'] ?? 0) - first.id + 1;
    return Math.min(others.length + 1, Math.ceil((rows * (bytes - maxBytes)) / bytes));
  }

  /** Bytes of the rows, without room that is free. */
  get bytes(): number {
    const number = (name: string) =>
      Number(Object.values(this.#database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
    return (number('page_count') - number('freelist_count')) * number('page_size');
  }

  close(): void {
    try {
      this.#database.close();
    } catch {
      // It is closed, or cannot be: either way nothing is written any more.
    }
  }

  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has done so itself where the disk is full.
    }
  }
}

const SCHEMA = `
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA journal_size_limit = 4194304;
  CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY, at REAL NOT NULL, principal TEXT, project TEXT, server TEXT, method TEXT,
    target TEXT, session TEXT, address TEXT, dialect TEXT, era TEXT, outcome TEXT NOT NULL, code INTEGER, ms REAL,
    bytesIn INTEGER, bytesOut INTEGER, tie TEXT, arguments TEXT, count INTEGER NOT NULL
  );
`;

function opened(options: AuditFileOptions): DatabaseSync {
  try {
    return open(options.path);
  } catch (error) {
    if (!isBroken(error)) throw error;
    setAside(options);
    return open(options.path);
  }
}

/** Made with its rights before anything is in it: those of SQLite's own files follow them. */
function open(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
  // To wait for another writer would hold up every call: the rows are tried again instead.
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec(SCHEMA);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function setAside({ path, tell }: AuditFileOptions): void {
  const aside = `${path}.broken-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`;
  renameSync(path, aside);
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  tell(`The audit file was broken: it is kept as ${aside}, and another one was begun.`);
}

const [BUSY, LOCKED, CORRUPT, NOT_A_DATABASE] = [5, 6, 11, 26];

/** Another gateway writes: a moment later it will do. */
export function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED].includes(primary(error));
}

/** The file is no database (any more). */
export function isBroken(error: unknown): boolean {
  return [CORRUPT, NOT_A_DATABASE].includes(primary(error));
}

/** The result code of SQLite, without what its upper bits add; -1 for other errors. */
function primary(error: unknown): number {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : -1;
}
