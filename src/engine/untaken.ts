/**
 * Answers that callers have not taken yet, be they whole or the end of a stream, counted by caller: what waits for one that
 * reads nothing is bounded.
 */
import type { Connection, Responder } from './ports.ts';
import { Shares } from './shares.ts';

/** Bounded by the answers that wait. */
export class Untaken {
  readonly #cap: number;
  readonly #bytes = new Shares();

  /** @param cap bytes of one caller; what is under way comes on top */
  constructor(cap: number) {
    this.#cap = cap;
  }

  isFull(principal: string): boolean {
    return this.#bytes.of(principal) > this.#cap;
  }

  /** @param way has just been given an answer, and takes nothing more */
  add(principal: string, way: Responder | Connection): void {
    const bytes = way.queued ?? 0;
    if (bytes === 0 || !('onTaken' in way)) return;
    this.#bytes.change(principal, bytes);
    way.onTaken = () => this.#bytes.change(principal, -bytes);
  }
}
