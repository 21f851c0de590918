/** The audit trail for the admin API: read in small pieces, so that whoever looks at it holds up no call. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Config } from '../../config/types.ts';
import type { AuditFound, AuditShelf, AuditWish } from '../admin/ports-audit.ts';
import { Problem } from '../admin/problem.ts';
import { AuditReader, type NumberedRow } from './audit-read.ts';

/** Rows that are looked at in one turn: a few milliseconds. */
const ROWS_A_TURN = 4_000;
/** Turns for one page: where nothing fits among a million rows, whoever asked goes on from there. */
const MOST_TURNS = 250;

export class AdminAudit implements AuditShelf {
  readonly #config: () => Config;

  constructor(config: () => Config) {
    this.#config = config;
  }

  async page(wish: AuditWish): Promise<AuditFound | undefined> {
    const { audit, dataDir } = this.#config();
    if (!audit.enabled) return undefined;
    const path = join(dataDir, 'audit.db');
    if (!existsSync(path)) return { rows: [], before: undefined };
    const reader = opened(path, wish);
    try {
      return await read(reader, wish);
    } catch (error) {
      throw unreadable(error);
    } finally {
      reader.close();
    }
  }
}

async function read(reader: AuditReader, { before, limit, since = 0 }: AuditWish): Promise<AuditFound> {
  // There is no row of number 0, which is said of a trail without any.
  const oldest = reader.oldest || Infinity;
  const rows: NumberedRow[] = [];
  let to = Math.min(before === undefined ? Infinity : before - 1, reader.newest);
  for (let turn = 0; turn < MOST_TURNS && to >= oldest; turn++) {
    const from = Math.max(oldest, to - ROWS_A_TURN + 1);
    const found = reader.within(from, to, limit - rows.length);
    rows.push(...found);
    if (rows.length >= limit) return { rows: rows.map(viewOf), before: rows.at(-1)?.id };
    to = from - 1;
    if (isBefore(reader, to, since)) return { rows: rows.map(viewOf), before: undefined };
    await nextTurn();
  }
  return { rows: rows.map(viewOf), before: to >= oldest ? to + 1 : undefined };
}

/** Whether all that is left is older than what is wished for: rows are in the order in which they came, or nearly. */
function isBefore(reader: AuditReader, id: number, since: number): boolean {
  const at = since > 0 ? reader.timeOf(id) : undefined;
  return at !== undefined && at < since - SLACK_MS;
}

/** What ends late was begun before what ended sooner. */
const SLACK_MS = 3_600_000;

function viewOf({ tie: _tie, ...row }: NumberedRow) {
  return row;
}

function opened(path: string, { since, caller, server, tool, outcome }: AuditWish): AuditReader {
  try {
    return new AuditReader(path, { since, caller, server, tool, outcome });
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): Problem {
  const reason = error instanceof Error ? error.message : String(error);
  return new Problem(
    'overloaded',
    `The audit trail cannot be read now: ${reason}.`,
    'Try again in a moment.',
  );
}
