/**
 * When something that failed may be tried again: the first time at once, then after growing waits, and then by one
 * alone, so that a server that comes back, or does not, is not met by all who wait for it.
 *
 * Failures are counted per key, so that what one caller breaks does not make others wait.
 */
export interface BackoffOptions {
  /** Wait after the second failure in a row, in ms; doubles with each further one. Default 500. */
  readonly firstMs?: number | undefined;
  /** The longest wait, in ms. Default 30,000: a server that was repaired is back within half a minute. */
  readonly maxMs?: number | undefined;
  /** Failures older than this are forgotten, in ms. Default 300,000. */
  readonly forgetMs?: number | undefined;
  /** How long one may try alone before somebody else does, in ms. Default 5,000. */
  readonly tryMs?: number | undefined;
  /** Keys remembered; the one that failed longest ago gives way. Default 1,000. */
  readonly maxKeys?: number | undefined;
}

interface Failures {
  readonly count: number;
  readonly at: number;
  readonly notBefore: number;
  readonly reason: string;
  /** Until then one tries, and the others wait. */
  triedUntil: number;
}

/** Who waits for another's try asks again so soon: it mostly takes no longer. */
const ASK_AGAIN_MS = 250;

export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #forgetMs: number;
  readonly #tryMs: number;
  readonly #maxKeys: number;
  readonly #now: () => number;
  readonly #random: () => number;
  /** In the order of the last failure. */
  readonly #failures = new Map<string, Failures>();

  /**
   * @param now milliseconds since the epoch
   * @param random a number in [0, 1): spreads the waits over their upper half, so that nodes do not march in step
   */
  constructor(options: BackoffOptions, now: () => number, random: () => number) {
    this.#firstMs = options.firstMs ?? 500;
    this.#maxMs = options.maxMs ?? 30_000;
    this.#forgetMs = options.forgetMs ?? 300_000;
    this.#tryMs = options.tryMs ?? 5_000;
    this.#maxKeys = options.maxKeys ?? 1_000;
    this.#now = now;
    this.#random = random;
  }

  /** Notes a failure. @param reason one sentence, told to those who must wait */
  failed(key: string, reason: string): void {
    const now = this.#now();
    const count = this.failures(key) + 1;
    this.#failures.delete(key);
    this.#failures.set(key, {
      count,
      at: now,
      notBefore: now + this.#wait(count),
      reason,
      triedUntil: 0,
    });
    if (this.#failures.size > this.#maxKeys) this.#forgetOldest();
  }

  /** Forgets the failures of a key. */
  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  /** Forgets all failures. */
  clear(): void {
    this.#failures.clear();
  }

  /** Failures in a row. */
  failures(key: string): number {
    const known = this.#failures.get(key);
    return known && this.#now() - known.at <= this.#forgetMs ? known.count : 0;
  }

  /** Why it failed last. */
  reason(key: string): string | undefined {
    return this.#failures.get(key)?.reason;
  }

  /** Whole milliseconds until the next try is welcome; 0 when it is now. */
  waitMs(key: string): number {
    const known = this.#failures.get(key);
    return known ? Math.ceil(Math.max(0, known.notBefore - this.#now())) : 0;
  }

  /**
   * As `waitMs`, for somebody who tries where it is 0. After failures that called for a wait there is one try at a time:
   * all others wait until it failed, succeeded or was given up, for `tryMs` at most.
   */
  tryMs(key: string): number {
    const wait = this.waitMs(key);
    const known = this.#failures.get(key);
    if (wait > 0 || !known || this.failures(key) < 2) return wait;
    const now = this.#now();
    if (now < known.triedUntil) return Math.min(ASK_AGAIN_MS, Math.ceil(known.triedUntil - now));
    known.triedUntil = now + this.#tryMs;
    return 0;
  }

  /** Nobody waits for the outcome of a try any more: another may try. */
  gaveUp(key: string): void {
    const known = this.#failures.get(key);
    if (known) known.triedUntil = 0;
  }

  /** Keys remembered now. */
  get size(): number {
    return this.#failures.size;
  }

  #wait(count: number): number {
    if (count < 2) return 0;
    const full = Math.min(this.#maxMs, this.#firstMs * 2 ** Math.min(count - 2, 30));
    return Math.ceil(full / 2 + (full / 2) * this.#random());
  }

  #forgetOldest(): void {
    for (const oldest of this.#failures.keys()) {
      this.#failures.delete(oldest);
      return;
    }
  }
}
