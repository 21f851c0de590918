/**
 * Things that end at a time of their own, with one timer for all of them.
 *
 * Unlike `Deadlines` the times are of any order, so they are kept in a heap: adding and taking out cost a few steps, and
 * nothing is left of what was taken out.
 */
import type { Runtime, Timer } from './ports.ts';

/** The longest wait a timer can take; what falls due later is waited for in steps. */
const LONGEST_MS = 2 ** 31 - 1;

interface Expiry {
  readonly due: number;
  readonly run: () => void;
  readonly key: object;
  /** Its place in the heap. */
  at: number;
}

export class Expiries {
  readonly #longestMs: number;
  readonly #runtime: Pick<Runtime, 'now' | 'after'>;
  readonly #known = new Map<object, Expiry>();
  /** Each is due no sooner than the one at half its place. */
  readonly #heap: Expiry[] = [];
  #timer: Timer | undefined;
  #armedFor = Number.POSITIVE_INFINITY;

  /** @param longestMs how long it may go on without a look at the clock, for one that may be set */
  constructor(runtime: Pick<Runtime, 'now' | 'after'>, longestMs = LONGEST_MS) {
    this.#longestMs = longestMs;
    this.#runtime = runtime;
  }

  get size(): number {
    return this.#heap.length;
  }

  /**
   * @param key what it is forgotten by; one that is known already gets the new time
   * @param due in ms since the epoch
   * @param run called once then, unless it was forgotten
   */
  add(key: object, due: number, run: () => void): void {
    this.forget(key);
    const expiry = { due, run, key, at: this.#heap.length };
    this.#known.set(key, expiry);
    this.#heap.push(expiry);
    this.#up(expiry);
    if (this.#heap[0] === expiry) this.#arm();
  }

  /** It ended by itself. Does nothing for what is not known. */
  forget(key: object): void {
    const expiry = this.#known.get(key);
    if (!expiry) return;
    this.#known.delete(key);
    const last = this.#heap.pop() as Expiry;
    if (last !== expiry) {
      this.#put(last, expiry.at);
      this.#up(last);
      this.#down(last);
    }
    if (this.#heap.length === 0) this.#disarm();
  }

  /** Forgets everything. */
  clear(): void {
    this.#disarm();
    this.#known.clear();
    this.#heap.length = 0;
  }

  #arm(): void {
    const [first] = this.#heap;
    if (!first || this.#armedFor <= first.due) return;
    this.#disarm();
    this.#armedFor = first.due;
    const wait = Math.min(this.#longestMs, Math.max(1, first.due - this.#runtime.now()));
    this.#timer = this.#runtime.after(wait, () => this.#sweep());
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#armedFor = Number.POSITIVE_INFINITY;
  }

  #sweep(): void {
    this.#disarm();
    const now = this.#runtime.now();
    try {
      for (let [first] = this.#heap; first && first.due <= now; [first] = this.#heap) {
        this.forget(first.key);
        first.run();
      }
    } finally {
      this.#arm();
    }
  }

  #up(expiry: Expiry): void {
    for (;;) {
      const above = this.#heap[(expiry.at - 1) >> 1];
      if (expiry.at === 0 || !above || above.due <= expiry.due) return;
      this.#swap(expiry, above);
    }
  }

  #down(expiry: Expiry): void {
    for (;;) {
      const [left, right] = [this.#heap[2 * expiry.at + 1], this.#heap[2 * expiry.at + 2]];
      const least = right && left && right.due < left.due ? right : left;
      if (!least || expiry.due <= least.due) return;
      this.#swap(least, expiry);
    }
  }

  #swap(a: Expiry, b: Expiry): void {
    const { at } = a;
    this.#put(a, b.at);
    this.#put(b, at);
  }

  #put(expiry: Expiry, at: number): void {
    expiry.at = at;
    this.#heap[at] = expiry;
  }
}
