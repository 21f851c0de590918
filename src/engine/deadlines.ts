/**
 * Things that fall due after one fixed duration, with one timer for all of them.
 *
 * Because the duration is the same for every entry, the list is ordered by the time of adding: adding,
 * touching and removing cost a few pointer writes, and ten thousand sleeping sessions cost one timer.
 */
import type { Runtime, Timer } from './ports.ts';

/** The links an entry carries for the list it is in. An object may be in one list at a time. */
export abstract class Timed {
  /** When it falls due, in ms since the epoch; 0 while in no list. @internal */
  due = 0;
  /** @internal */
  earlier: Timed | undefined;
  /** @internal */
  later: Timed | undefined;
}

export class Deadlines<T extends Timed> {
  readonly #runtime: Runtime;
  readonly #ms: number;
  readonly #expired: (entry: T) => void;
  #first: Timed | undefined;
  #last: Timed | undefined;
  #timer: Timer | undefined;

  /**
   * @param ms how long an entry may stay; 0 switches the list off: nothing ever falls due
   * @param expired called once for an entry that fell due, after it left the list; it may be added again
   */
  constructor(runtime: Runtime, ms: number, expired: (entry: T) => void) {
    this.#runtime = runtime;
    this.#ms = ms;
    this.#expired = expired;
  }

  /** Starts (or starts anew) the time of an entry. */
  add(entry: T): void {
    if (this.#ms <= 0) return;
    if (entry.due !== 0) this.remove(entry);
    entry.due = this.#runtime.now() + this.#ms;
    entry.earlier = this.#last;
    if (this.#last) this.#last.later = entry;
    else this.#first = entry;
    this.#last = entry;
    if (!this.#timer) this.#arm(this.#ms);
  }

  /** Takes an entry out; does nothing when it is in no list. */
  remove(entry: T): void {
    if (entry.due === 0) return;
    if (entry.earlier) entry.earlier.later = entry.later;
    else this.#first = entry.later;
    if (entry.later) entry.later.earlier = entry.earlier;
    else this.#last = entry.earlier;
    entry.earlier = undefined;
    entry.later = undefined;
    entry.due = 0;
  }

  /** Stops the timer and forgets every entry without calling `expired`. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    while (this.#first) this.remove(this.#first as T);
  }

  #arm(ms: number): void {
    this.#timer = this.#runtime.after(ms, () => this.#sweep());
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = this.#runtime.now();
    // What `expired` adds again falls due later than `now`, so the loop ends.
    while (this.#first && this.#first.due <= now) {
      const entry = this.#first as T;
      this.remove(entry);
      this.#expired(entry);
    }
    if (this.#first && !this.#timer) this.#arm(Math.max(1, this.#first.due - now));
  }
}
