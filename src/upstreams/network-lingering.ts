/** Requests nobody needs any more: the server has a moment to end them, so that their connections can be kept. */
import type { Runtime, Timer } from '../engine/ports.ts';

/** A request is cut after this time at the earliest, and after twice of it at the latest. */
const LINGER_MS = 1_000;

/** One timer for all, as most end by themselves within a millisecond. */
export class Lingering<T extends { cancel(): void }> {
  readonly #runtime: Runtime;
  readonly #cut: (request: T) => void;
  #fresh = new Set<T>();
  #stale = new Set<T>();
  #timer: Timer | undefined;

  constructor(runtime: Runtime, cut: (request: T) => void) {
    this.#runtime = runtime;
    this.#cut = cut;
  }

  add(request: T): void {
    if (!this.#stale.has(request)) this.#fresh.add(request);
    this.#timer ??= this.#runtime.after(LINGER_MS, () => this.#sweep());
  }

  delete(request: T): void {
    if (!this.#fresh.delete(request)) this.#stale.delete(request);
  }

  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#fresh.clear();
    this.#stale.clear();
  }

  #sweep(): void {
    this.#timer = undefined;
    const stale = this.#stale;
    this.#stale = this.#fresh;
    this.#fresh = new Set();
    for (const request of stale) this.#cut(request);
    if (this.#stale.size > 0) this.#timer ??= this.#runtime.after(LINGER_MS, () => this.#sweep());
  }
}
