/**
 * Things that fall due after one fixed duration, with one timer for all of them.
 *
 * Because the duration is the same for every entry, the list is ordered by the time of adding: adding,
 * touching and removing cost a few pointer writes, and ten thousand sleeping sessions cost one timer.
 */
import type { Runtime, Timer } from './ports.ts';

/** The longest wait a timer can take; what falls due later is waited for in steps. */
const LONGEST_MS = 2 ** 31 - 1;

/** The links an entry carries for the list it is in. An object is in one list at a time. */
export abstract class Timed {
  /** When it falls due, in ms since the epoch. @internal */
  due = 0;
  /** The list it is in. @internal */
  list: object | undefined;
  /** @internal */
  earlier: Timed | undefined;
  /** @internal */
  later: Timed | undefined;
}

export class Deadlines<T extends Timed> {
  readonly #runtime: Runtime;
  readonly #ms: number;
  readonly #expired: (entry: T) => void;
  readonly #everyMs: number;
  #first: Timed | undefined;
  #last: Timed | undefined;
  #timer: Timer | undefined;
  #isSweeping = false;

  /**
   * @param ms how long an entry may stay; 0 switches the list off: nothing ever falls due
   * @param expired called once for an entry that fell due, after it left the list; it may be added again
   * @param everyMs how often is looked for those that fell due, at most: so much later one may leave; default: at once
   */
  constructor(runtime: Runtime, ms: number, expired: (entry: T) => void, everyMs = 0) {
    this.#runtime = runtime;
    this.#ms = ms;
    this.#expired = expired;
    this.#everyMs = everyMs;
  }

  /**
   * Starts (or starts anew) the time of an entry; one that waits in another list leaves that one.
   * @param now for callers that asked the clock already: asking it costs more than all the rest
   */
  add(entry: T, now: number = this.#runtime.now()): void {
    if (entry.list) (entry.list as Deadlines<T>).remove(entry);
    if (this.#ms <= 0) return;
    entry.list = this;
    entry.due = now + this.#ms;
    entry.earlier = this.#last;
    if (this.#last) this.#last.later = entry;
    else this.#first = entry;
    this.#last = entry;
    // A sweep arms the timer itself, for the first of those that are left.
    if (!this.#timer && !this.#isSweeping) this.#arm(this.#ms);
  }

  /** Takes an entry out; does nothing when it is in no list, or in another. */
  remove(entry: T): void {
    if (entry.list !== this) return;
    if (entry.earlier) entry.earlier.later = entry.later;
    else this.#first = entry.later;
    if (entry.later) entry.later.earlier = entry.earlier;
    else this.#last = entry.earlier;
    entry.earlier = undefined;
    entry.later = undefined;
    entry.list = undefined;
    entry.due = 0;
  }

  /** Stops the timer and forgets every entry without calling `expired`. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (this.#first) this.remove(this.#first as T);
  }

  #arm(ms: number): void {
    const wait = Math.max(1, ms, this.#everyMs);
    this.#timer = this.#runtime.after(Math.min(wait, LONGEST_MS), () => this.#sweep());
  }

  #sweep(): void {
    this.#timer = undefined;
    this.#isSweeping = true;
    const now = this.#runtime.now();
    try {
      // What `expired` adds again falls due later than `now`, so the loop ends.
      while (this.#first && this.#first.due <= now) {
        const entry = this.#first as T;
        this.remove(entry);
        this.#expired(entry);
      }
    } finally {
      this.#isSweeping = false;
      if (this.#first) this.#arm(this.#first.due - now);
    }
  }
}
