/** The file of the audit trail: its rights, what is deleted, what becomes of a broken one. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AuditFile, isBusy } from '../../../src/edges/node/audit-file.ts';
import { AuditSweep } from '../../../src/edges/node/audit-sweep.ts';
import { newFolder, row, rowsIn } from './audit-support.ts';

const HOUR = 3_600_000;

function open(folder: string, said: string[] = []): AuditFile {
  return new AuditFile({ path: join(folder, 'audit.db'), tell: (message) => said.push(message) });
}

describe('the file of the audit trail', () => {
  it('[AUDIT-FILE-RIGHTS] may be read by its owner alone, and so may all that SQLite puts beside it', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'audit.db'), '', { mode: 0o666 });
    const file = open(folder);
    file.write([row(1)]);
    const names = readdirSync(folder);
    expect(names.toSorted()).toEqual(['audit.db', 'audit.db-shm', 'audit.db-wal']);
    for (const name of names)
      expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
    file.close();
  });

  it('[AUDIT-CLI] is searched for a caller by the letters of its name, and no others', () => {
    const folder = newFolder();
    const file = open(folder);
    const principals = ['de_ploy#1', 'acme/de_ploy#2', 'acme/de-ploy#3', 'acme/DE_PLOY#4', 'a/xde_ploy#5'];
    file.write(principals.map((principal, at) => row(at, { principal })));
    file.close();
    const of = (caller: string) => rowsIn(folder, { caller }).map(({ principal }) => principal);
    expect(of('de_ploy')).toEqual(['de_ploy#1', 'acme/de_ploy#2']);
    expect(of('acme/de_ploy')).toEqual(['acme/de_ploy#2']);
    expect(of('acme/de-ploy#3')).toEqual(['acme/de-ploy#3']);
    for (const nobody of ['%', '_', '', 'ploy']) expect(of(nobody), nobody).toEqual([]);
  });

  it('[AUDIT-FILE-BROKEN] is put aside when it is no database, and another one begun', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'audit.db'), 'this is not a database, and was never one'.repeat(50));
    const said: string[] = [];
    const file = open(folder, said);
    file.write([row(1)]);
    file.close();
    expect(rowsIn(folder)).toHaveLength(1);
    const aside = readdirSync(folder).find((name) => name.includes('broken')) ?? '';
    expect(readFileSync(join(folder, aside), 'utf8')).toContain('never one');
    expect(said).toEqual([expect.stringContaining(aside)]);
  });

  it('[AUDIT-FILE-SHARED] is written by several gateways, and one that must wait is told at once', () => {
    const folder = newFolder();
    const [one, other] = [open(folder), open(folder)];
    for (let i = 0; i < 50; i++) (i % 2 === 0 ? one : other).write([row(i)]);
    expect(rowsIn(folder).map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    one.close();
    other.close();
    expect(isBusy(Object.assign(new Error('database is locked'), { errcode: 5 }))).toBe(true);
    expect(isBusy(Object.assign(new Error('busy snapshot'), { errcode: 517 }))).toBe(true);
    expect(isBusy(new Error('database is locked'))).toBe(false);
  });

  it('[AUDIT-RETENTION] lets go of what is too old, a little at a time', () => {
    const folder = newFolder();
    const file = open(folder);
    file.write(Array.from({ length: 1_200 }, (_, i) => row(i)));
    file.write(Array.from({ length: 30 }, (_, i) => row(5_000 + i)));
    expect(file.prune(5_000, 1e9)).toBe(true);
    expect(rowsIn(folder)).toHaveLength(730);
    expect(file.prune(5_000, 1e9)).toBe(true);
    expect(file.prune(5_000, 1e9)).toBe(false);
    expect(rowsIn(folder).map(({ at }) => at)).toEqual(Array.from({ length: 30 }, (_, i) => 5_000 + i));
    expect(file.prune(5_000, 1e9)).toBe(false);
    file.close();
  });

  it('[AUDIT-RETENTION] lets go of the oldest where there is too much, and gives room back', () => {
    const folder = newFolder();
    const file = open(folder);
    const long = 'x'.repeat(2_000);
    for (let i = 0; i < 20; i++)
      file.write(Array.from({ length: 100 }, (_, n) => row(i * 100 + n, { arguments: long })));
    const cap = 1024 * 1024;
    expect(file.bytes).toBeGreaterThan(2 * cap);
    for (let i = 0; i < 100 && file.bytes > cap; i++) file.prune(-Infinity, cap);
    expect(file.bytes).toBeLessThanOrEqual(cap);
    const kept = rowsIn(folder);
    expect(kept.length).toBeGreaterThan(0);
    expect(kept.at(-1)?.at).toBe(1_999);
    for (let i = 0; i < 100; i++) file.prune(-Infinity, cap);
    expect(rowsIn(folder)).toHaveLength(kept.length);
    file.close();
    expect(statSync(join(folder, 'audit.db')).size).toBeLessThan(1.5 * cap);
  });

  it('[AUDIT-CLOCK] a clock that jumps takes nothing along, and is believed after an hour', () => {
    const folder = newFolder();
    const file = open(folder);
    const clock = { wall: 1_000 * HOUR, steady: 5 * HOUR };
    file.write([row(clock.wall - 10)]);
    const sweep = new AuditSweep({
      file: () => file,
      retentionMs: 24 * HOUR,
      maxBytes: 1e9,
      clock: { wall: () => clock.wall, steady: () => clock.steady },
    });
    const left = () => rowsIn(folder).length;
    clock.wall += 10_000 * HOUR;
    sweep.sweep();
    clock.steady += HOUR / 2;
    clock.wall += HOUR / 2;
    sweep.sweep();
    expect(left()).toBe(1);
    clock.wall -= 10_000 * HOUR;
    sweep.sweep();
    clock.steady += 2 * HOUR;
    clock.wall += 2 * HOUR;
    sweep.sweep();
    expect(left()).toBe(1);
    clock.steady += 25 * HOUR;
    clock.wall += 25 * HOUR;
    sweep.sweep();
    expect(left()).toBe(0);
    sweep.stop();
    file.close();
  });
});
