/** The file of the keys, and a gateway's view of it: a real file, a played clock. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptKeys } from '../../../src/edges/node/kept-keys.ts';
import { keyFile, KeyStoreFault } from '../../../src/edges/node/key-store-file.ts';
import { KeyStore, type NewKey } from '../../../src/edges/node/key-store.ts';
import { sha256 } from '../access/key-source.ts';
import { FakeRuntime } from '../engine/support.ts';
import { workedMs } from '../../support/cpu.ts';

let root: string;
let folder: string;
const open: { close(): void }[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
  folder = join(root, 'data');
});
afterEach(() => {
  for (const each of open.splice(0)) each.close();
  rmSync(root, { recursive: true });
});

function store(): KeyStore {
  const made = KeyStore.open(folder, { create: true, waitMs: 1_000 });
  if (!made) throw new Error('no store');
  open.push(made);
  return made;
}

const made = (name: string, more: Partial<NewKey> = {}): NewKey => ({
  ...{ name, sha256: sha256(name), projects: [], policy: undefined, expires: undefined },
  ...more,
});

function gateway() {
  const runtime = new FakeRuntime();
  const told: string[] = [];
  const kept = KeptKeys.open(folder, { runtime, warn: (message) => void told.push(message) });
  open.push(kept);
  let changes = 0;
  kept.watch(() => void changes++);
  const good = () => kept.keys.filter(({ isRevoked }) => !isRevoked).map(({ name }) => name);
  return { runtime, told, kept, good, changes: () => changes };
}

/** Changes the file as no command of ours does. */
function spoil(sql: string): void {
  const database = new DatabaseSync(keyFile(folder));
  database.exec(sql);
  database.close();
}

describe('[KEY-STORE] the store', () => {
  it('is made when there is something to keep, for its owner alone, and holds no key', () => {
    gateway().runtime.advance(1_000);
    expect(KeyStore.open(folder, { create: false, waitMs: 0 })).toBeUndefined();
    expect(existsSync(folder)).toBe(false);
    const one = store();
    const policy = { servers: { allow: ['files'] }, tools: ['files/*'], readOnly: true };
    one.add(made('ann', { projects: ['acme', 'beta'], policy, expires: 5_000 }), 1_000.7);
    expect(one.list()).toEqual([
      {
        ...{ name: 'ann', sha256: sha256('ann'), projects: ['acme', 'beta'], policy, expires: 5_000 },
        ...{ created: 1_000, lastUsed: undefined, revoked: undefined, isBroken: false, isRevoked: false },
      },
    ]);
    const modes = [folder, keyFile(folder), `${keyFile(folder)}-wal`].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it('is made private again when a key is added', () => {
    store().close();
    open.length = 0;
    chmodSync(keyFile(folder), 0o644);
    store();
    expect(statSync(keyFile(folder)).mode & 0o777).toBe(0o600);
  });

  it('keeps what was revoked first, and takes no key twice', () => {
    const one = store();
    one.add(made('ann'), 1_000);
    one.revoke(sha256('ann'), 2_000);
    one.revoke(sha256('ann'), 3_000);
    expect(one.list()[0]).toMatchObject({ revoked: 2_000, isRevoked: true });
    expect(() => one.add(made('ben', { sha256: sha256('ann') }), 4_000)).toThrow(KeyStoreFault);
  });

  it.each([
    ['UPDATE keys SET policy = \'{"tols":["x/*"]}\''],
    ['UPDATE keys SET policy = \'{"tools":"x/*"}\''],
    ['UPDATE keys SET policy = \'{"readOnly":1}\''],
    ["UPDATE keys SET policy = 'nothing'"],
    ["UPDATE keys SET policy = '[]'"],
    ["UPDATE keys SET projects = 'acme'"],
    ['UPDATE keys SET projects = \'["acme", 1]\''],
  ])('what is written of a key and cannot be read lets nobody in: %s', (sql) => {
    store().add(made('ann'), 1_000);
    spoil(sql);
    const at = gateway();
    expect([at.kept.keys.length, at.good()]).toEqual([1, []]);
  });
});

describe('[KEY-GONE] a store that cannot be used', () => {
  const rotten = Buffer.alloc(8_192, 'rotten');
  const cases = [
    ['is no database', () => writeFileSync(keyFile(folder), rotten), /is broken or no key store; put a copy/],
    ['is broken inside', () => breakPages(), /is broken/],
    ['is newer', () => spoil('PRAGMA user_version = 99'), /was written by a newer Sluice; update this one\./],
    [
      'is another database',
      () => spoil('PRAGMA application_id = 1'),
      /is no key store; move it away, or name another folder\./,
    ],
    ['is empty', () => writeFileSync(keyFile(folder), ''), /is empty; add the keys anew\./],
  ] as const;

  function breakPages(): void {
    const bytes = readFileSync(keyFile(folder));
    bytes.fill(7, 100);
    writeFileSync(keyFile(folder), bytes);
  }

  it.each(cases)('(%s) is no way to start', (_what, spoilIt, sentence) => {
    store().add(made('ann'), 1_000);
    for (const each of open.splice(0)) each.close();
    spoilIt();
    expect(() => gateway()).toThrow(sentence);
    expect(() => gateway()).toThrow(KeyStoreFault);
  });

  it.each(cases)(
    '(%s) opens nothing from then on, is told once, and may come back',
    (_what, spoilIt, sentence) => {
      store().add(made('ann'), 1_000);
      for (const each of open.splice(0)) each.close();
      const whole = readFileSync(keyFile(folder));
      const at = gateway();
      expect(at.good()).toEqual(['ann']);
      // A file in its place, as whoever restores one does it.
      rmSync(keyFile(folder));
      writeFileSync(keyFile(folder), whole);
      spoilIt();
      at.runtime.advance(2_000);
      expect([at.good(), at.kept.isInUse]).toEqual([[], true]);
      expect(at.told).toEqual([expect.stringMatching(sentence)]);
      rmSync(keyFile(folder));
      writeFileSync(keyFile(folder), whole);
      at.runtime.advance(400);
      expect([at.good(), at.told.length]).toEqual([['ann'], 2]);
    },
  );

  it('(locked) is waited for a moment, and then opens nothing', () => {
    store().add(made('ann'), 1_000);
    for (const each of open.splice(0)) each.close();
    const locker = new DatabaseSync(keyFile(folder));
    open.push(locker);
    locker.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT; UPDATE keys SET name = name');
    expect(() => gateway()).toThrow(/is locked by another program; end that one, or try again\./);
  });

  it('[DEGRADED-KEYS] (gone) opens nothing, and goes on with one that is put back', () => {
    store().add(made('ann'), 1_000);
    for (const each of open.splice(0)) each.close();
    const at = gateway();
    rmSync(folder, { recursive: true });
    at.runtime.advance(500);
    expect([at.good(), at.kept.isInUse, at.changes()]).toEqual([[], true, 1]);
    expect(at.told).toEqual([expect.stringContaining('is gone.')]);
    expect(at.kept.troubles()).toMatchObject([{ code: 'keys_unusable', message: at.told[0] }]);
    store().add(made('ben'), 2_000);
    at.runtime.advance(500);
    expect([at.good(), at.kept.troubles()]).toEqual([['ben'], []]);
  });
});

describe('[KEY-SOON] a gateway that runs', () => {
  it('sees within half a second what others do, a store that comes later included, and uses are no change', () => {
    const [first, second] = [gateway(), gateway()];
    expect([first.kept.isInUse, first.good()]).toEqual([false, []]);
    const one = store();
    one.add(made('ann'), 1_000);
    for (const at of [first, second]) {
      at.runtime.advance(500);
      expect([at.kept.isInUse, at.good()]).toEqual([true, ['ann']]);
    }
    const before = [first.changes(), second.changes()];
    one.touch(new Map([[sha256('ann'), 9_000]]));
    first.runtime.advance(500);
    expect(first.changes()).toBe(before[0]);
    one.revoke(sha256('ann'), 2_000);
    for (const at of [first, second]) {
      at.runtime.advance(500);
      expect(at.good()).toEqual([]);
    }
    expect([first.changes(), second.changes()]).toEqual(before.map((count) => count + 1));
  });

  it('stops looking at its end', () => {
    const { runtime, kept } = gateway();
    expect(runtime.timers).toBe(1);
    kept.close();
    expect(runtime.timers).toBe(0);
  });

  it('[KEY-MANY] has room for 10,000 keys', () => {
    const one = store();
    spoil('PRAGMA synchronous = OFF');
    const at = gateway();
    const database = new DatabaseSync(keyFile(folder));
    database.exec('BEGIN');
    const insert = database.prepare(
      "INSERT INTO keys (sha256, name, projects, created) VALUES (?, ?, '[]', 1)",
    );
    for (let index = 0; index < 10_000; index++) insert.run(sha256(String(index)), `key-of-${index}`);
    database.exec('COMMIT');
    database.close();
    const from = workedMs();
    at.runtime.advance(200);
    const took = workedMs() - from;
    process.stdout.write(`10,000 keys were read in ${Math.round(took)} ms\n`);
    expect(at.good()).toHaveLength(10_000);
    expect(took).toBeLessThan(1_000);
    expect(one.list()).toHaveLength(10_000);
  });
});

describe('[KEY-USED] the last use', () => {
  it('is written in batches, once a minute at most for a key, and goes never back', () => {
    const one = store();
    one.add(made('ann'), 1_000);
    const at = gateway();
    const [key] = at.kept.keys;
    if (!key) throw new Error('no key');
    const lastUsed = () => one.list()[0]?.lastUsed;
    const start = at.runtime.now();
    at.kept.used(key);
    expect(lastUsed()).toBeUndefined();
    at.runtime.advance(5_400);
    expect(lastUsed()).toBe(start);
    at.runtime.advance(30_000);
    at.kept.used(key);
    at.runtime.advance(10_000);
    expect(lastUsed()).toBe(start);
    at.runtime.advance(60_000);
    at.kept.used(key);
    at.kept.close();
    expect(lastUsed()).toBeGreaterThan(start + 60_000);
    const last = lastUsed();
    one.touch(new Map([[sha256('ann'), start]]));
    expect(lastUsed()).toBe(last);
  });

  it('is lost without harm where it cannot be written', () => {
    const one = store();
    one.add(made('ann'), 1_000);
    const at = gateway();
    const [key] = at.kept.keys;
    const writer = new DatabaseSync(keyFile(folder));
    open.push(writer);
    writer.exec('BEGIN IMMEDIATE');
    if (key) at.kept.used(key);
    at.runtime.advance(10_000);
    expect([at.good(), at.told, one.list()[0]?.lastUsed]).toEqual([['ann'], [], undefined]);
    writer.exec('ROLLBACK');
  });
});
