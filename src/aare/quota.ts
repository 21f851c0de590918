/** A sliding window: at most `limit` events per key within `windowMs`. */
export class Quota {
  readonly #times = new Map<string, number[]>();
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #maxKeys: number;

  /** @param maxKeys how many keys are held (default 256); a new one beyond that pushes out the oldest. */
  constructor(limit: number, windowMs: number, maxKeys = 256) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#maxKeys = maxKeys;
  }

  get size(): number {
    return this.#times.size;
  }

  /** Counts one event. Returns 0 when it is within the limit, else the ms to wait (and counts nothing). */
  take(key: string, now: number): number {
    const recent = (this.#times.get(key) ?? []).filter((at) => Math.abs(now - at) < this.#windowMs);
    const first = recent[0];
    if (recent.length >= this.#limit && first !== undefined) return first + this.#windowMs - now;
    if (!this.#times.has(key) && this.#times.size >= this.#maxKeys) this.#dropOldest();
    recent.push(now);
    this.#times.set(key, recent);
    return 0;
  }

  #dropOldest(): void {
    for (const key of this.#times.keys()) {
      this.#times.delete(key);
      return;
    }
  }
}
