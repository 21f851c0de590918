/**
 * Rows on their way to the file, off the road of calls: written a few at a time, so that nothing else waits long.
 *
 * Guarantees: taking a row in never throws and never waits; what waits is bounded in rows and bytes; what cannot be
 * kept is counted, told, and written down as a number when writing works again.
 */
import { type AuditFile, isBroken, isBusy } from './audit-file.ts';
import { type AuditRow, rowOfLost } from './audit-row.ts';

export interface AuditQueueOptions {
  /** Opens the file; called again after it was lost. */
  readonly open: () => AuditFile;
  readonly tell: (message: string) => void;
  readonly limits?: Partial<AuditQueueLimits>;
}

export interface AuditQueueLimits {
  /** Rows that wait to be written; one more is lost. */
  readonly rows: number;
  /** Characters of their texts, about. */
  readonly bytes: number;
  /** How long rows gather before they are written, in ms. */
  readonly gatherMs: number;
  /** Rows written in one turn of the event loop: half a millisecond. */
  readonly slice: number;
  /** Between two tries while the disk fails, in ms. */
  readonly retryMs: number;
  /** How long the end waits for what is to be written, in ms. */
  readonly closeMs: number;
}

const AUDIT_LIMITS: AuditQueueLimits = {
  rows: 50_000,
  bytes: 32 * 1024 * 1024,
  gatherMs: 200,
  slice: 250,
  retryMs: 1_000,
  closeMs: 2_000,
};

/** A row to be made when its turn comes. */
export interface Pending {
  readonly size: number;
  make(): AuditRow;
}

/** Another gateway is done with its own rows by then. */
const BUSY_MS = 20;
/** A disk that fails is told of this often. */
const TOLD_MS = 60_000;

export class AuditQueue {
  readonly #options: AuditQueueOptions;
  readonly #limits: AuditQueueLimits;
  #file: AuditFile | undefined;
  #waiting: Pending[] = [];
  /** Of the first one that is not written. */
  #next = 0;
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #unlisted = 0;
  #lastTold = -Infinity;
  #isClosed = false;
  /** Rows that were lost since the start. */
  lost = 0;
  written = 0;
  /** Why nothing can be written now; undefined while it can. */
  fault: string | undefined;
  /** Since when, in ms since the epoch. */
  faultSince = 0;

  constructor(options: AuditQueueOptions) {
    this.#options = options;
    this.#limits = { ...AUDIT_LIMITS, ...options.limits };
  }

  get waiting(): number {
    return this.#waiting.length - this.#next;
  }

  add(row: Pending): void {
    const { rows, bytes, gatherMs } = this.#limits;
    if (this.#isClosed || this.waiting >= rows || this.#bytes + row.size > bytes) return this.#lose(1);
    this.#waiting.push(row);
    this.#bytes += row.size;
    this.#timer ??= later(gatherMs, () => this.#write());
  }

  /** The file, for who prunes it; undefined while there is none. */
  get file(): AuditFile | undefined {
    return this.#file;
  }

  /** Opens the file now, so that what is wrong with it is known at the start. @throws what the system says */
  open(): void {
    this.#file ??= this.#options.open();
  }

  /** Writes what waits, for a bounded time, and lets go of the file. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const until = performance.now() + this.#limits.closeMs;
    while (this.waiting > 0 && performance.now() < until) {
      clearTimeout(this.#timer);
      this.#write();
      if (this.waiting > 0) await new Promise((resolve) => setTimeout(resolve, this.fault ? BUSY_MS : 0));
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.waiting > 0) this.#lose(this.waiting);
    if (this.#unlisted > 0 && !this.fault) this.#tryLast();
    this.#waiting = [];
    this.#file?.close();
    this.#file = undefined;
  }

  /** One slice, and when the next is due. Never throws. */
  #write(): void {
    this.#timer = undefined;
    const slice = this.#waiting.slice(this.#next, this.#next + this.#limits.slice);
    if (slice.length === 0) return;
    try {
      this.#openAgain();
      const rows = slice.map((row) => row.make());
      if (this.#unlisted > 0) rows.unshift(rowOfLost(Date.now(), this.#unlisted));
      this.#file?.write(rows);
      this.#wrote(slice);
    } catch (error) {
      this.#failed(error);
    }
  }

  #wrote(slice: readonly Pending[]): void {
    if (this.fault !== undefined)
      this.#options.tell(`The audit trail is written again; ${this.lost} rows were lost.`);
    this.fault = undefined;
    this.#unlisted = 0;
    this.written += slice.length;
    for (const { size } of slice) this.#bytes -= size;
    this.#next += slice.length;
    const rest = this.waiting;
    // Many small cuts would cost the square of what waits.
    if (rest === 0 || this.#next > this.#limits.rows) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    if (rest > 0)
      this.#timer = later(rest >= this.#limits.slice ? 0 : this.#limits.gatherMs, () => this.#write());
  }

  #failed(error: unknown): void {
    if (isBroken(error) || !this.#file?.isThere) this.#letGo();
    const isShort = isBusy(error);
    if (!isShort) this.#complain(error);
    this.#timer = later(isShort ? BUSY_MS : this.#limits.retryMs, () => this.#write());
  }

  #openAgain(): void {
    if (this.#file && !this.#file.isThere) {
      this.#options.tell('The audit file is gone: another one was begun.');
      this.#letGo();
    }
    this.#file ??= this.#options.open();
  }

  #letGo(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #tryLast(): void {
    try {
      this.#file?.write([rowOfLost(Date.now(), this.#unlisted)]);
    } catch {
      // It is counted all the same.
    }
  }

  #lose(count: number): void {
    this.lost += count;
    this.#unlisted += count;
    if (this.fault === undefined) this.#complain('More is called than can be written.');
  }

  #complain(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof Error) {
      if (this.fault === undefined) this.faultSince = Date.now();
      this.fault = reason;
    }
    const now = performance.now();
    if (now - this.#lastTold < TOLD_MS) return;
    this.#lastTold = now;
    this.#options.tell(
      `The audit trail cannot be written: ${reason} ${this.waiting} rows wait, ${this.lost} are lost.`,
    );
  }
}

function later(ms: number, fn: () => void): NodeJS.Timeout {
  return setTimeout(fn, ms).unref();
}
