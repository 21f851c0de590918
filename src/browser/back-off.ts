/** How long to wait before the next try: twice as long each time, never the same for two pages, and not for ever. */
import type { Timing } from './timing.ts';

export interface BackOffLimits {
  /** Before the second try, in ms. */
  readonly firstMs: number;
  /** Between two tries at most, in ms. */
  readonly maxMs: number;
  /** Tries in a row that may fail before the link gives up. */
  readonly attempts: number;
}

/** Up to half a minute between two tries, for some three quarters of an hour. */
export const DEFAULT_BACK_OFF: BackOffLimits = { firstMs: 500, maxMs: 30_000, attempts: 100 };

/** A connection that lived for less did not prove that things are well again. */
const PROVEN_MS = 5_000;

export class BackOff {
  readonly #limits: BackOffLimits;
  readonly #timing: Timing;
  #failures = 0;
  #openedAt: number | undefined;

  constructor(limits: BackOffLimits, timing: Timing) {
    this.#limits = limits;
    this.#timing = timing;
  }

  /** A try succeeded; once it has lasted a while, earlier failures are forgotten. */
  opened(): void {
    this.#openedAt = this.#timing.now();
  }

  /**
   * The wait before the next try, in ms; undefined when there were as many as there may be.
   * @param atLeast what the other side asked for; taken up to the longest wait
   */
  next(atLeast = 0): number | undefined {
    const { firstMs, maxMs, attempts } = this.#limits;
    const isProven =
      this.#openedAt !== undefined && this.#timing.now() - this.#openedAt >= Math.min(PROVEN_MS, maxMs);
    if (isProven) this.#failures = 0;
    this.#openedAt = undefined;
    if (this.#failures >= attempts) return undefined;
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(this.#failures++, 30));
    return Math.max(full / 2 + (full / 2) * this.#timing.random(), Math.min(atLeast, maxMs));
  }
}
