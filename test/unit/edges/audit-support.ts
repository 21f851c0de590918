/** What the tests of the audit trail share: folders that go when a test ends, rows, and reading all there is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterTest } from '../../support/endings.ts';
import { AuditReader, type AuditFilter, type NumberedRow } from '../../../src/edges/node/audit-read.ts';
import { type AuditRow, rowOfCall } from '../../../src/edges/node/audit-row.ts';
import type { CallEnded } from '../../../src/engine/ports-observer.ts';

const folders = new Set<string>();

afterTest(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
});

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-audit-'));
  folders.add(folder);
  return folder;
}

export function told(more: Partial<CallEnded> = {}): CallEnded {
  return {
    ...{ principal: 'ann#0123456789ab', project: undefined, server: 'files', method: 'tools/call' },
    ...{ target: 'read', session: 'abcdefghijklmnop', address: '10.0.0.1', dialect: 'streamable' },
    ...{ era: 'legacy', outcome: 'ok', code: undefined, ms: 1.234, bytesIn: 10, bytesOut: 20 },
    ...{ tie: undefined, arguments: undefined, version: '2025-06-18', upstreamMs: undefined },
    ...more,
  };
}

export function row(at: number, more: Partial<CallEnded> = {}): AuditRow {
  return rowOfCall(at, told(more));
}

/** All rows of a folder that fit, the oldest first. */
export function rowsIn(folder: string, filter: AuditFilter = {}): NumberedRow[] {
  const reader = new AuditReader(join(folder, 'audit.db'), filter);
  try {
    return reader.last(1_000_000);
  } finally {
    reader.close();
  }
}

/** Waits until something holds. */
export async function until(holds: () => boolean, ms = 10_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`It did not come to hold within ${ms} ms.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
