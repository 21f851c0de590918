/** Whole answers that callers have not taken yet, counted by caller: what waits for one that reads nothing is bounded. */
import type { Responder } from './ports.ts';

/** Bounded by the answers that wait. */
export class Untaken {
  readonly #cap: number;
  readonly #bytes = new Map<string, number>();

  /** @param cap bytes of one caller; what is under way comes on top */
  constructor(cap: number) {
    this.#cap = cap;
  }

  isFull(principal: string): boolean {
    return (this.#bytes.get(principal) ?? 0) > this.#cap;
  }

  /** @param responder has just been given a whole answer */
  add(principal: string, responder: Responder): void {
    const bytes = responder.queued ?? 0;
    if (bytes === 0) return;
    this.#change(principal, bytes);
    responder.onTaken = () => this.#change(principal, -bytes);
  }

  #change(principal: string, by: number): void {
    const bytes = (this.#bytes.get(principal) ?? 0) + by;
    if (bytes > 0) this.#bytes.set(principal, bytes);
    else this.#bytes.delete(principal);
  }
}
