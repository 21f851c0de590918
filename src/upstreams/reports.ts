/** What is told about a server, so many times a second and no more; the rest is counted and told later. */
import type { Observer } from '../engine/ports-observer.ts';

/** Allows so many things in each second, and counts what it did not allow. */
export class PerSecond {
  readonly #limit: number;
  readonly #now: () => number;
  #second = Number.NEGATIVE_INFINITY;
  #used = 0;
  #denied = 0;

  constructor(limit: number, now: () => number) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Whether one more is allowed now. */
  allow(): boolean {
    const now = this.#now();
    // A clock that was set back must not silence us until it has caught up.
    if (now >= this.#second + 1_000 || now < this.#second) {
      this.#second = now;
      this.#used = 0;
    }
    if (this.#used >= this.#limit) {
      this.#denied += 1;
      return false;
    }
    this.#used += 1;
    return true;
  }

  /** Milliseconds until the present second is over. */
  get restMs(): number {
    return Math.max(1, Math.ceil(this.#second + 1_000 - this.#now()));
  }

  /** How many were not allowed since this was last asked. */
  takeDenied(): number {
    const denied = this.#denied;
    this.#denied = 0;
    return denied;
  }
}

/** Told so often a second: enough to see what is wrong, too little to fill a disk. */
const REPORTS_PER_SECOND = 10;

/** Reports what a server said and we did not take. */
export class Refusals {
  readonly #server: string;
  readonly #observer: Observer;
  readonly #rate: PerSecond;

  constructor(server: string, observer: Observer, now: () => number) {
    this.#server = server;
    this.#observer = observer;
    this.#rate = new PerSecond(REPORTS_PER_SECOND, now);
  }

  /** @param code a stable word @param message one sentence, without what the server said */
  report(code: string, message: string): void {
    if (!this.#observer.refused || !this.#rate.allow()) return;
    const silent = this.#rate.takeDenied();
    const more = silent > 0 ? ` (${silent} more before this one were not reported)` : '';
    this.#observer.refused({ where: 'upstream', code, message: message + more, server: this.#server });
  }
}
