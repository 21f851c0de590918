/**
 * The audit trail: who called what, when and with what outcome, as an observer of a gateway.
 *
 * Guarantees: no call waits for it or fails with it; one row for each request of a client, few for what is turned away;
 * no key, token, header, query or variable is in a row.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fitsAny, patternOf } from '../../engine/catalog/patterns.ts';
import type { Trouble } from '../../engine/ports-degraded.ts';
import type { CallEnded, Observer } from '../../engine/ports-observer.ts';
import { keeper } from './audit-arguments.ts';
import { AuditFile } from './audit-file.ts';
import { AuditQueue, type AuditQueueLimits } from './audit-queue.ts';
import { AuditRefusals } from './audit-refusals.ts';
import { rowOfAct, rowOfCall } from './audit-row.ts';
import { AuditSweep } from './audit-sweep.ts';

export interface AuditOptions {
  /** The folder of `audit.db` and `audit.key`; made where it is missing. */
  readonly folder: string;
  /** Default `hash`. */
  readonly arguments?: 'none' | 'hash' | 'redacted' | 'full';
  /** Patterns of methods that are written down; default all. */
  readonly methods?: readonly string[];
  /** Default 30 days. */
  readonly retentionMs?: number;
  /** Default 1 GiB. */
  readonly maxBytes?: number;
  /** Told what is wrong with the file, in one sentence, now and then. Default: nobody. */
  readonly tell?: (message: string) => void;
  /** Texts that are never written down, beside what looks like a credential. */
  readonly secrets?: () => readonly string[];
  readonly limits?: Partial<AuditQueueLimits>;
}

export interface AuditStatus {
  readonly state: 'writing' | 'failing';
  readonly written: number;
  readonly waiting: number;
  /** Rows that could not be kept. */
  readonly lost: number;
}

export interface AuditTrail {
  /** To be given to the gateway, alone or together with others. */
  readonly observer: Observer;
  readonly status: () => AuditStatus;
  /** Writes what waits, for two seconds at most. */
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;
const KEY_BYTES = 32;
/** Of a row beside its texts. */
const ROW_BYTES = 250;

/** @throws Error with one sentence when the file cannot be opened */
export function openAudit(options: AuditOptions): AuditTrail {
  const { folder, methods = ['*'], tell = () => undefined, secrets = () => [], limits = {} } = options;
  const path = join(folder, 'audit.db');
  const queue = new AuditQueue({ open: () => new AuditFile({ path, tell }), tell, limits });
  const keep = atStart(path, () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    queue.open();
    const mode = options.arguments ?? 'hash';
    return keeper({ mode, secrets, key: mode === 'hash' ? keyIn(folder) : new Uint8Array() });
  });
  const sweep = new AuditSweep({
    file: () => queue.file,
    retentionMs: options.retentionMs ?? 30 * DAY_MS,
    maxBytes: options.maxBytes ?? GIB,
  });
  const refusals = new AuditRefusals((row) => queue.add({ size: ROW_BYTES, make: () => row }));
  const status = (): AuditStatus => ({
    state: queue.fault === undefined ? 'writing' : 'failing',
    written: queue.written,
    waiting: queue.waiting,
    lost: queue.lost,
  });
  const patterns = methods.map(patternOf);
  const isWritten = methods.includes('*') ? () => true : (method: string) => fitsAny(method, patterns);
  return {
    observer: {
      callEnded(told) {
        if (isWritten(told.method)) queue.add(new PendingCall(told));
      },
      ...(keep ? { keepArguments: keep } : {}),
      operated(told) {
        queue.add({ size: ROW_BYTES + told.target.length, make: () => rowOfAct(Date.now(), told) });
      },
      refused(told) {
        refusals.take(told);
      },
      health: () => ({ audit: status() }),
      troubles: () => troubleOf(queue),
    },
    status,
    close: async () => {
      sweep.stop();
      refusals.close();
      await queue.close();
    },
  };
}

/** What is told of a trail that cannot be written, on `/readyz` and `/health`. */
function troubleOf({ fault, faultSince: since, waiting, lost }: AuditQueue): readonly Trouble[] {
  if (fault === undefined) return [];
  const message = `The audit trail cannot be written: ${fault} ${waiting} rows wait, ${lost} are lost.`;
  return [{ code: 'audit_failing', message, since }];
}

/** Small until its turn comes: the clock is all that is asked on the road of the call. */
class PendingCall {
  readonly #told: CallEnded;
  readonly #at: number;

  constructor(told: CallEnded) {
    this.#told = told;
    this.#at = Date.now() - told.ms;
  }

  get size(): number {
    const { method, target = '', arguments: kept = '' } = this.#told;
    return ROW_BYTES + method.length + target.length + kept.length;
  }

  make() {
    return rowOfCall(Math.round(this.#at), this.#told);
  }
}

function atStart<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The audit trail ${path} cannot be opened: ${reason}.`, { cause: error });
  }
}

/** By which arguments are hashed: made once, and read by every gateway of this folder. */
function keyIn(folder: string): Uint8Array {
  const path = join(folder, 'audit.key');
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, randomBytes(KEY_BYTES));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = readFileSync(path);
  if (key.length === KEY_BYTES) return key;
  throw new Error(`audit.key does not hold ${KEY_BYTES} bytes; delete it to have another one made`);
}
