/**
 * The keys that were added with `sluice keys`, in a file: made, listed, revoked; never the keys themselves, only their
 * SHA-256.
 *
 * Errors: KeyStoreFault, with one sentence that says what to do.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { SourceKey } from '../../access/key-source.ts';
import type { Policy } from '../../engine/ports-policy.ts';
import { keyFile, KeyStoreFault, openKeyFile, type OpenOptions, orFault } from './key-store-file.ts';
import { policyIn, projectsIn } from './key-store-row.ts';

export interface NewKey {
  readonly name: string;
  readonly sha256: string;
  readonly projects: readonly string[];
  readonly policy: Policy | undefined;
  /** In ms since the epoch, as all times here. */
  readonly expires: number | undefined;
}

export interface StoredKey extends SourceKey {
  readonly projects: readonly string[];
  readonly created: number;
  readonly lastUsed: number | undefined;
  readonly revoked: number | undefined;
  /** What is written of it cannot be read: it opens nothing. */
  readonly isBroken: boolean;
}

/** Keys of one store, revoked ones included. */
const MOST_KEYS = 100_000;

export class KeyStore {
  readonly path: string;
  readonly #database: DatabaseSync;

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
  }

  /** Undefined where there is none, and none is to be made. */
  static open(folder: string, options: OpenOptions): KeyStore | undefined {
    const database = openKeyFile(folder, options);
    return database && new KeyStore(keyFile(folder), database);
  }

  add({ name, sha256, projects, policy, expires }: NewKey, now: number): void {
    this.#run(() => {
      const row = this.#database.prepare('SELECT count(*) AS count FROM keys').get();
      if (Number(row?.['count']) >= MOST_KEYS)
        throw new KeyStoreFault(`The key store ${this.path} has ${MOST_KEYS} keys, as many as it may have.`);
      this.#database
        .prepare(
          'INSERT INTO keys (sha256, name, projects, policy, created, expires) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(
          ...[sha256, name, JSON.stringify(projects), policy ? JSON.stringify(policy) : null],
          ...[Math.floor(now), expires ?? null],
        );
    });
  }

  /** All of them, revoked ones included, in the order in which they were made. */
  list(): StoredKey[] {
    return this.#run(() => {
      const rows = this.#database.prepare('SELECT * FROM keys ORDER BY created, name, sha256').all();
      return rows.map(storedKey);
    });
  }

  /**
   * The key opens nothing any more, from now on and for good.
   * @returns whether this did it; false: somebody had done so before, or there is none
   */
  revoke(sha256: string, now: number): boolean {
    return this.#run(() => {
      const { changes } = this.#database
        .prepare('UPDATE keys SET revoked = ? WHERE sha256 = ? AND revoked IS NULL')
        .run(Math.floor(now), sha256);
      return Number(changes) > 0;
    });
  }

  /** Writes when keys were used last. */
  touch(uses: ReadonlyMap<string, number>): void {
    this.#run(() => {
      this.#database.exec('PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE');
      try {
        const write = this.#database.prepare(
          'UPDATE keys SET last_used = max(coalesce(last_used, 0), ?) WHERE sha256 = ?',
        );
        for (const [sha256, at] of uses) write.run(Math.floor(at), sha256);
        this.#database.exec('COMMIT');
      } finally {
        // What is left open would keep others from revoking keys.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      }
    });
  }

  /** Another number whenever another program has written. */
  get dataVersion(): number {
    return this.#number('PRAGMA data_version', 'data_version');
  }

  /** Another number whenever a key was added, changed or revoked; uses do not count. */
  get changes(): number {
    return this.#number('SELECT number FROM changes', 'number');
  }

  /** Another number whenever somebody has changed how keys are kept: then it is to be opened, and checked, anew. */
  get form(): number {
    return (
      this.#number('PRAGMA schema_version', 'schema_version') +
      this.#number('PRAGMA user_version', 'user_version') / 1_000
    );
  }

  close(): void {
    this.#database.close();
  }

  #number(sql: string, column: string): number {
    return this.#run(() => Number(this.#database.prepare(sql).get()?.[column]));
  }

  #run<T>(use: () => T): T {
    return orFault(this.path, use);
  }
}

function storedKey(row: Record<string, unknown>): StoredKey {
  const [projects, policy] = [projectsIn(row['projects']), policyIn(row['policy'])];
  const time = (name: string) => (typeof row[name] === 'number' ? row[name] : undefined);
  const revoked = time('revoked');
  const isBroken = projects === undefined || policy === undefined;
  return {
    name: String(row['name']),
    sha256: String(row['sha256']),
    projects: projects ?? [],
    ...(policy ? { policy } : {}),
    expires: time('expires'),
    created: time('created') ?? 0,
    lastUsed: time('last_used'),
    revoked,
    isBroken,
    isRevoked: isBroken || revoked !== undefined,
  };
}
