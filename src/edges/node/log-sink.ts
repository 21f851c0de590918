/**
 * Where the lines of the log go, beside the road of calls.
 *
 * Guarantees: giving it a line never waits and never throws, whatever becomes of whoever reads; what waits is bounded in
 * bytes, lines beyond that are dropped and counted; lines come out whole and in their order. What cannot be written is tried
 * again: a reader may come back, a disk may have room again.
 */
import { Buffer } from 'node:buffer';
import type { Trouble } from '../../engine/ports-degraded.ts';

/** Where bytes go: a file, a pipe, a terminal. */
export interface LogWay {
  /** Calls `done` once, later, with how many of the bytes were taken. */
  write(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null, taken: number) => void): void;
  /** At once, without waiting; throws where that cannot be. @returns how many were taken */
  writeNow(bytes: Uint8Array): number;
}

/** Bytes that wait to be written, those on their way among them. */
const MOST_BYTES = 1_048_576;
/** So many go in one write: a pipe takes 64 KiB. */
const MOST_AT_ONCE = 65_536;
/** How long until it is tried again where nobody read, at first and at most. */
const FULL_MS = 10;
const MOST_FULL_MS = 200;
/** The same where it failed. */
const BROKEN_MS = 1_000;

const NOTHING = Buffer.alloc(0);

export class LogSink {
  readonly #way: LogWay;
  readonly #most: number;
  readonly #onFlow: (lost: number) => void;
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** What is being written. */
  #batch: Uint8Array = NOTHING;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;
  #fullMs = FULL_MS;
  #lost = 0;
  #untold = 0;
  #trouble: Trouble | undefined;
  readonly #flushed: (() => void)[] = [];

  /**
   * @param onFlow told once lines flow again after some were dropped: how many that were
   * @param most bytes that may wait
   */
  constructor(way: LogWay, onFlow: (lost: number) => void = () => {}, most = MOST_BYTES) {
    this.#way = way;
    this.#onFlow = onFlow;
    this.#most = most;
  }

  /** Lines that were dropped since it began. */
  get lost(): number {
    return this.#lost;
  }

  /** Bytes that wait. */
  get queued(): number {
    return this.#waitingBytes + this.#batch.length;
  }

  /** What is wrong while lines are dropped. */
  get troubles(): readonly Trouble[] {
    return this.#trouble ? [this.#trouble] : [];
  }

  /** @param line with its line break */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.queued + bytes > this.#most) return this.#drop();
    this.#waiting.push(line);
    this.#waitingBytes += bytes;
    if (!this.#isWriting && !this.#timer) this.#next();
  }

  /** Resolves when all was written, or after `ms`. */
  async flush(ms: number): Promise<void> {
    if (this.queued === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    const done = new Promise<void>((resolve) => void this.#flushed.push(resolve));
    await Promise.race([done, late]);
    clearTimeout(timer);
  }

  /** The last chance, as the process ends: what is taken without waiting goes out, the rest is gone. */
  flushNow(): void {
    clearTimeout(this.#timer);
    // What is on its way may be taken by now or not: to write it once more could double it.
    const rest = this.#isWriting ? NOTHING : this.#batch;
    let left: Uint8Array = Buffer.concat([rest, Buffer.from(this.#waiting.join(''))]);
    this.#forget();
    try {
      while (left.length > 0) left = left.subarray(this.#way.writeNow(left));
    } catch {
      // Whoever should have read it does not.
    }
  }

  #forget(): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#batch = NOTHING;
  }

  #next(): void {
    this.#timer = undefined;
    if (this.#batch.length === 0) this.#fill();
    if (this.#batch.length === 0) return this.#rest();
    this.#isWriting = true;
    this.#way.write(this.#batch, (error, taken) => this.#written(error, taken));
  }

  #fill(): void {
    if (this.#waitingBytes <= MOST_AT_ONCE) {
      this.#batch = Buffer.from(this.#waiting.join(''));
      this.#waiting = [];
      this.#waitingBytes = 0;
      return;
    }
    let count = 0;
    let bytes = 0;
    while (bytes < MOST_AT_ONCE) bytes += Buffer.byteLength(this.#waiting[count++] ?? '\n');
    this.#batch = Buffer.from(this.#waiting.splice(0, count).join(''));
    this.#waitingBytes -= this.#batch.length;
  }

  #written(error: NodeJS.ErrnoException | null, taken: number): void {
    this.#isWriting = false;
    if (!error) {
      this.#batch = this.#batch.subarray(taken);
      this.#fullMs = FULL_MS;
      return this.#next();
    }
    const isFull = error.code === 'EAGAIN';
    if (!isFull) this.#complain(`The log cannot be written (${error.code ?? error.message}).`);
    const ms = isFull ? this.#fullMs : BROKEN_MS;
    if (isFull) this.#fullMs = Math.min(MOST_FULL_MS, this.#fullMs * 2);
    this.#timer = setTimeout(() => this.#next(), ms).unref();
  }

  /** All was written. */
  #rest(): void {
    for (const resolve of this.#flushed.splice(0)) resolve();
    this.#trouble = undefined;
    const lost = this.#untold;
    if (lost === 0) return;
    this.#untold = 0;
    this.#onFlow(lost);
  }

  #drop(): void {
    this.#lost += 1;
    this.#untold += 1;
    this.#complain('Nobody takes what is written to the log: lines of it are lost.');
  }

  #complain(message: string): void {
    this.#trouble ??= { code: 'log_lost', message, since: Date.now() };
  }
}
