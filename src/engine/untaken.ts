/**
 * Answers that callers have not taken yet, be they whole or the end of a stream, counted by caller: what waits for one that
 * reads nothing is bounded.
 */
import { Shares } from './shares.ts';

/** A responder, or a connection that is closed, as far as it can tell what its peer has not taken. */
export interface Outgoing {
  readonly queued?: number;
  /** Called once when the peer took that, or went away. To be set while some waits; without it that counts as taken. */
  onTaken?: (() => void) | undefined;
}

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
  add(principal: string, way: Outgoing): void {
    const bytes = way.queued ?? 0;
    if (bytes === 0 || !('onTaken' in way)) return;
    this.#bytes.change(principal, bytes);
    way.onTaken = () => this.#bytes.change(principal, -bytes);
  }
}
