/** How many requests a server may have in flight at once, and those that wait for a place. */

/** A request that waits for its place. */
export interface Waiting {
  /** Its place is there. */
  go(): void;
}

/** Places over the cap for what answers a question of the server or calls off a call: it may be what frees the others. */
const SPARE = 16;
/** Requests that wait, for each place there is. */
const WAITING_PER_PLACE = 8;

export class Slots {
  readonly max: number;
  #used = 0;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();

  constructor(max: number) {
    this.max = max;
  }

  /** Whether there are so few left that nothing that is to stay for long should take one. */
  get isScarce(): boolean {
    return this.#used >= Math.ceil(this.max * 0.75);
  }

  /**
   * Gives a place, now or later. False when too many wait already.
   * @param isShort it will not stay, and others may wait for what it says
   */
  take(request: Waiting, isShort: boolean): boolean {
    if (this.#used < this.max + (isShort ? SPARE : 0)) {
      this.#used++;
      request.go();
      return true;
    }
    if (this.#waiting.size >= this.max * WAITING_PER_PLACE) return false;
    this.#waiting.add(request);
    return true;
  }

  /** Gives a place back. */
  free(): void {
    this.#used--;
    if (this.#used >= this.max) return;
    for (const next of this.#waiting) {
      this.#waiting.delete(next);
      this.#used++;
      return next.go();
    }
  }

  /** Does not wait any more. False when it has its place already. */
  leave(request: Waiting): boolean {
    return this.#waiting.delete(request);
  }
}
