/**
 * The file of the keys that were added: SQLite, for this user alone.
 *
 * Guarantees: nothing is made unless it is asked for; what cannot be used is told in one sentence; what an older version
 * wrote is brought up to date in one step, what a newer one wrote is left alone.
 */
import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/** Thrown with one sentence that says what to do. */
export class KeyStoreFault extends Error {
  /** It may pass by itself: another program is at work on the file. */
  readonly isPassing: boolean;

  constructor(message: string, isPassing = false) {
    super(message);
    this.name = 'KeyStoreFault';
    this.isPassing = isPassing;
  }
}

/** "SLUK": tells the file from other databases. */
const APPLICATION = 0x534c554b;

/** Each brings the file from its place in the list to the next. */
const MIGRATIONS = [
  `CREATE TABLE keys (
     sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
     name TEXT NOT NULL,
     projects TEXT NOT NULL,
     policy TEXT,
     created INTEGER NOT NULL,
     expires INTEGER,
     last_used INTEGER,
     revoked INTEGER
   ) STRICT;
   CREATE TABLE changes (number INTEGER NOT NULL) STRICT;
   INSERT INTO changes VALUES (0);
   CREATE TRIGGER key_added AFTER INSERT ON keys BEGIN UPDATE changes SET number = number + 1; END;
   CREATE TRIGGER key_gone AFTER DELETE ON keys BEGIN UPDATE changes SET number = number + 1; END;
   CREATE TRIGGER key_changed AFTER UPDATE OF sha256, name, projects, policy, created, expires, revoked ON keys
     BEGIN UPDATE changes SET number = number + 1; END;`,
];

/** That MIGRATIONS make. */
const TRIGGERS = 3;

export function keyFile(folder: string): string {
  return join(folder, 'keys.db');
}

export interface OpenOptions {
  /** Makes the folder and the file where there are none. */
  readonly create: boolean;
  /** How long to wait for another program that is at work on it, in ms. */
  readonly waitMs: number;
  /** Writes nothing, not even at its end, where SQLite would tidy up a journal that is another one by now. */
  readonly isReader?: boolean;
}

/**
 * Undefined where there is no file, and none is to be made.
 * @throws KeyStoreFault
 */
export function openKeyFile(
  folder: string,
  { create, waitMs, isReader = false }: OpenOptions,
): DatabaseSync | undefined {
  const path = keyFile(folder);
  if (!create && !existsSync(path)) return undefined;
  return orFault(path, () => {
    if (create) makeFile(folder, path);
    const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
    const url = pathToFileURL(path);
    // Never made by being opened: the file may have gone since it was looked for.
    url.searchParams.set('mode', isReader ? 'ro' : 'rw');
    const database = new DatabaseSync(url, { timeout: waitMs });
    try {
      prepare(database, path, create);
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  });
}

function makeFile(folder: string, path: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}

function prepare(database: DatabaseSync, path: string, create: boolean): void {
  database.exec('PRAGMA trusted_schema = OFF');
  const version = numberOf(database, 'user_version');
  if (version > MIGRATIONS.length)
    throw new KeyStoreFault(`The key store ${path} was written by a newer Sluice; update this one.`);
  const isOther = numberOf(database, 'application_id') !== APPLICATION;
  if (isOther && (version > 0 || hasTables(database)))
    throw new KeyStoreFault(`The file ${path} is no key store; move it away, or name another folder.`);
  if (version === MIGRATIONS.length) return checkTriggers(database, path);
  // Somebody is about to fill it.
  if (isOther && !create) throw new KeyStoreFault(`The key store ${path} is empty; add the keys anew.`, true);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('BEGIN IMMEDIATE');
  // Another program may have done it meanwhile.
  const from = numberOf(database, 'user_version');
  for (const step of MIGRATIONS.slice(from)) database.exec(step);
  database.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT`);
}

/** Without those that count changes, nobody would see a revocation. */
function checkTriggers(database: DatabaseSync, path: string): void {
  const row = database.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE type = 'trigger'").get();
  if (Number(row?.['count']) < TRIGGERS)
    throw new KeyStoreFault(
      `The key store ${path} is broken; put a copy of it back, or move it away and add the keys anew.`,
    );
}

function numberOf(database: DatabaseSync, pragma: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);
}

function hasTables(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}

/** @throws KeyStoreFault in place of whatever else is thrown */
export function orFault<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw error instanceof KeyStoreFault ? error : faultOf(path, error);
  }
}

const FAULTS: Readonly<Record<number, string>> = {
  3: 'may not be used by this user; check its permissions and those of its folder',
  5: 'is locked by another program; end that one, or try again',
  6: 'is locked by another program; end that one, or try again',
  8: 'may not be written by this user; check its permissions and those of its folder',
  11: 'is broken; put a copy of it back, or move it away and add the keys anew',
  13: 'cannot be written: the disk is full',
  14: 'cannot be opened by this user; check its permissions and those of its folder',
  26: 'is broken or no key store; put a copy of it back, or move it away and add the keys anew',
};
/** SQLITE_BUSY and SQLITE_LOCKED. */
const LOCKED: ReadonlySet<number> = new Set([5, 6]);

function faultOf(path: string, error: unknown): KeyStoreFault {
  const facts = error as { errcode?: number; code?: string };
  // The low byte is the kind, the rest tells more (SQLite, "Result and Error Codes").
  const kind = (facts.errcode ?? 0) & 0xff;
  const known = facts.code === 'EACCES' || facts.code === 'EPERM' ? FAULTS[14] : FAULTS[kind];
  const why = known ?? `cannot be used (${facts.code ?? 'unknown'} ${kind || ''})`.replace(' )', ')');
  return new KeyStoreFault(`The key store ${path} ${why}.`, LOCKED.has(kind));
}
