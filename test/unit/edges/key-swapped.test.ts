/** The file of the keys, changed by other means than SQLite while a gateway has it open. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptKeys } from '../../../src/edges/node/kept-keys.ts';
import { keyFile } from '../../../src/edges/node/key-store-file.ts';
import { KeyStore } from '../../../src/edges/node/key-store.ts';
import { sha256 } from '../access/key-source.ts';
import { FakeRuntime } from '../engine/support.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** Lends the store of a folder, as a command does. */
function using(folder: string, use: (store: KeyStore) => void): void {
  const store = KeyStore.open(folder, { create: true, waitMs: 1_000 }) as KeyStore;
  use(store);
  store.close();
}

/** In a process of its own: within one, SQLite shares what it knows of a file. */
function elsewhere(folder: string, sql: string): void {
  const program = `const { DatabaseSync } = require('node:sqlite'); new DatabaseSync(process.argv[1]).exec(process.argv[2])`;
  execFileSync(process.execPath, ['-e', program, keyFile(folder), sql]);
}

function world() {
  const [folder, copy] = [join(root, 'data'), join(root, 'copy')];
  using(folder, (store) => {
    for (const name of ['ann', 'ben'])
      store.add({ name, sha256: sha256(name), projects: [], policy: undefined, expires: undefined }, 1_000);
  });
  using(copy, () => {});
  copyFileSync(keyFile(folder), keyFile(copy));
  const runtime = new FakeRuntime();
  const kept = KeptKeys.open(folder, { runtime, warn: () => {} });
  const good = () => {
    runtime.advance(500);
    return kept.keys.filter(({ isRevoked }) => !isRevoked).map(({ name }) => name);
  };
  return { folder, copy, kept, good };
}

describe('[KEY-SWAPPED] a store that was changed from outside', () => {
  it('is read anew where a copy was written over it', () => {
    const { folder, copy, kept, good } = world();
    expect(good()).toEqual(['ann', 'ben']);
    using(copy, (store) => store.revoke(sha256('ann'), 2_000));
    copyFileSync(keyFile(copy), keyFile(folder));
    expect(good()).toEqual(['ben']);
    kept.close();
  });

  it('opens nothing once a newer version has taken it over, or what counts its changes was taken out', () => {
    const { folder, kept, good } = world();
    elsewhere(folder, 'PRAGMA user_version = 99');
    expect(good()).toEqual([]);
    elsewhere(folder, 'PRAGMA user_version = 1');
    expect(good()).toEqual(['ann', 'ben']);
    elsewhere(folder, "DROP TRIGGER key_changed; UPDATE keys SET revoked = 5 WHERE name = 'ann'");
    expect(good()).toEqual([]);
    kept.close();
  });

  it('[KEY-MANY] has room for 100,000 keys, and no more', () => {
    const { folder, kept } = world();
    elsewhere(
      folder,
      `WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 99998)
       INSERT INTO keys (sha256, name, projects, created) SELECT printf('%064x', i), 'k', '[]', 1 FROM n`,
    );
    const one = { name: 'x', sha256: sha256('x'), projects: [], policy: undefined, expires: undefined };
    expect(() => using(folder, (store) => store.add(one, 1))).toThrow(/has 100000 keys, as many as it may/);
    kept.close();
  });

  it('is read anew where its journal was taken away: others would write into one that nobody reads', () => {
    const { folder, kept, good } = world();
    expect(good()).toEqual(['ann', 'ben']);
    for (const end of ['-wal', '-shm']) rmSync(`${keyFile(folder)}${end}`, { force: true });
    elsewhere(folder, "UPDATE keys SET revoked = 2000 WHERE name = 'ann'");
    expect(good()).toEqual(['ben']);
    elsewhere(folder, "UPDATE keys SET revoked = 3000 WHERE name = 'ben'");
    expect(good()).toEqual([]);
    kept.close();
  });
});
