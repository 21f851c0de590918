/**
 * Deletes what is too old or too much, a little at a time.
 *
 * A clock that jumps must not take the trail along: while it does not agree with the steady one, nothing is deleted by
 * its age; what it says for an hour is believed.
 */
import type { AuditFile } from './audit-file.ts';

export interface AuditSweepOptions {
  readonly file: () => AuditFile | undefined;
  readonly retentionMs: number;
  readonly maxBytes: number;
  /** Between two sweeps. Default a minute. */
  readonly everyMs?: number;
  readonly clock?: AuditClock;
}

export interface AuditClock {
  /** Milliseconds since the epoch, as the machine is set. */
  wall(): number;
  /** Milliseconds since any time, never set. */
  steady(): number;
}

const CLOCK: AuditClock = { wall: () => Date.now(), steady: () => performance.now() };
const MINUTE = 60_000;
/** Between two pieces of one sweep. */
const PAUSE_MS = 20;
/** How far the clocks may be apart, and how long a new time must hold before it is believed. */
const APART_MS = 60 * MINUTE;

export class AuditSweep {
  readonly #options: AuditSweepOptions;
  readonly #clock: AuditClock;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;
  /** By how much the clock is ahead of the steady one, and since when. */
  #ahead: number;
  #since: number;

  constructor(options: AuditSweepOptions) {
    this.#options = options;
    this.#clock = options.clock ?? CLOCK;
    this.#everyMs = options.everyMs ?? MINUTE;
    this.#ahead = this.#clock.wall() - this.#clock.steady();
    this.#since = -Infinity;
    this.#later(this.#everyMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** One piece. Never throws. @returns whether there is more to do */
  sweep(): boolean {
    const { file, retentionMs, maxBytes } = this.#options;
    const before = this.#isSure() ? this.#clock.wall() - retentionMs : -Infinity;
    try {
      return file()?.prune(before, maxBytes) ?? false;
    } catch {
      // Another gateway writes, or the disk fails: the next sweep will do.
      return false;
    }
  }

  #later(ms: number): void {
    this.#timer = setTimeout(() => this.#later(this.sweep() ? PAUSE_MS : this.#everyMs), ms).unref();
  }

  #isSure(): boolean {
    const steady = this.#clock.steady();
    const ahead = this.#clock.wall() - steady;
    if (Math.abs(ahead - this.#ahead) > APART_MS) {
      this.#ahead = ahead;
      this.#since = steady;
    }
    return steady - this.#since > APART_MS;
  }
}
