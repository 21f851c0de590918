/** Rows on their way to the file: in bounds, in slices, and counted where they are lost. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { AuditFile } from '../../../src/edges/node/audit-file.ts';
import { AuditQueue, type AuditQueueLimits } from '../../../src/edges/node/audit-queue.ts';
import { newFolder, row, rowsIn, until } from './audit-support.ts';
import { workedMs } from '../../support/cpu.ts';

const QUICK: Partial<AuditQueueLimits> = { gatherMs: 5, retryMs: 10 };

function queueIn(folder: string, limits: Partial<AuditQueueLimits> = {}) {
  const said: string[] = [];
  const tell = (message: string) => void said.push(message);
  const path = join(folder, 'audit.db');
  const open = () => new AuditFile({ path, tell });
  const queue = new AuditQueue({ open, tell, limits: { ...QUICK, ...limits } });
  const add = (at: number, size = 100) => queue.add({ size, make: () => row(at) });
  return { queue, add, said, path };
}

describe('rows on their way', () => {
  it('[AUDIT-SLICES] are written in slices, with turns for others between them', async () => {
    const folder = newFolder();
    const { queue, add } = queueIn(folder, { slice: 100 });
    queue.open();
    for (let i = 0; i < 5_000; i++) add(i);
    let [longest, turns, last] = [0, 0, workedMs()];
    while (queue.waiting > 0) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      const now = workedMs();
      longest = Math.max(longest, now - last);
      last = now;
      turns++;
    }
    expect(turns).toBeGreaterThan(20);
    expect(longest).toBeLessThan(250);
    await queue.close();
    expect(rowsIn(folder).map(({ at }) => at)).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
  });

  it('[AUDIT-BOUNDED] are bounded in number and in bytes; what is lost is counted, told and written down', async () => {
    const folder = newFolder();
    const { queue, add, said } = queueIn(folder, { rows: 10, bytes: 1_000 });
    for (let i = 0; i < 25; i++) add(i, 10);
    expect([queue.waiting, queue.lost]).toEqual([10, 15]);
    await until(() => queue.waiting === 0);
    add(100, 999);
    add(101, 2);
    expect(queue.lost).toBe(16);
    await until(() => queue.waiting === 0);
    await queue.close();
    const rows = rowsIn(folder).map(({ outcome, count, at }) =>
      outcome === 'ok' ? at : `${outcome} ${count}`,
    );
    expect(rows).toEqual(['rows_lost 15', ...Array.from({ length: 10 }, (_, i) => i), 'rows_lost 1', 100]);
    expect(said[0]).toContain('cannot be written');
    expect(said).toHaveLength(1);
  });

  it('[AUDIT-FAILING] wait while the disk fails, and are written when it works again', async () => {
    const folder = newFolder();
    const { queue, add, said, path } = queueIn(folder, { rows: 3 });
    mkdirSync(path);
    for (let i = 0; i < 5; i++) expect(() => add(i)).not.toThrow();
    await until(() => queue.fault !== undefined);
    expect([queue.waiting, queue.lost, queue.written]).toEqual([3, 2, 0]);
    rmSync(path, { recursive: true });
    await until(() => queue.waiting === 0);
    expect(queue.fault).toBeUndefined();
    await queue.close();
    expect(rowsIn(folder).map(({ at, outcome }) => (outcome === 'ok' ? at : outcome))).toEqual([
      'rows_lost',
      ...[0, 1, 2],
    ]);
    expect(said.at(-1)).toContain('2 rows were lost');
  });

  it('[AUDIT-FILE-SHARED] wait for another gateway that writes, without holding up anything', async () => {
    const folder = newFolder();
    const { queue, path } = queueIn(folder);
    queue.open();
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    let tries = 0;
    queue.add({ size: 1, make: () => (tries++, row(1)) });
    await until(() => tries >= 3);
    expect([queue.waiting, queue.fault]).toEqual([1, undefined]);
    other.exec('COMMIT');
    other.close();
    await until(() => queue.waiting === 0);
    expect(queue.lost).toBe(0);
    await queue.close();
    expect(rowsIn(folder)).toHaveLength(1);
  });

  it('[AUDIT-FILE-GONE] go to another file when theirs was deleted', async () => {
    const folder = newFolder();
    const { queue, add, said, path } = queueIn(folder);
    add(1);
    await until(() => queue.waiting === 0);
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    add(2);
    await until(() => queue.waiting === 0);
    await queue.close();
    expect(rowsIn(folder).map(({ at }) => at)).toEqual([2]);
    expect(said).toEqual(['The audit file is gone: another one was begun.']);
  });

  it('[AUDIT-CLOSE] are written at the end, and what the disk does not take does not hold it up', async () => {
    const folder = newFolder();
    const { queue, add } = queueIn(folder, { gatherMs: 60_000 });
    for (let i = 0; i < 1_000; i++) add(i);
    await queue.close();
    expect(rowsIn(folder)).toHaveLength(1_000);
    add(2);
    expect(queue.lost).toBe(1);
    const broken = queueIn(newFolder(), { closeMs: 50 });
    mkdirSync(broken.path);
    broken.add(1);
    const before = performance.now();
    await broken.queue.close();
    expect(performance.now() - before).toBeLessThan(10_000);
    expect(broken.queue.lost).toBe(1);
  });
});
