/**
 * Whole answers of one session that its client has not taken yet. Over the cap the session is full, as it is with a
 * stream whose reader is: what its server says further has to wait.
 */
import type { Responder } from './ports.ts';

export class UnreadAnswers {
  readonly #cap: number;
  readonly #pressure: (full: boolean) => void;
  #bytes = 0;

  /** @param pressure told each time the cap is crossed */
  constructor(cap: number, pressure: (full: boolean) => void) {
    this.#cap = cap;
    this.#pressure = pressure;
  }

  get isFull(): boolean {
    return this.#bytes > this.#cap;
  }

  /** @param responder has just been given a whole answer */
  add(responder: Responder): void {
    const bytes = responder.queued ?? 0;
    if (bytes === 0) return;
    this.#change(bytes);
    responder.onTaken = () => this.#change(-bytes);
  }

  #change(bytes: number): void {
    const wasFull = this.isFull;
    this.#bytes += bytes;
    if (this.isFull !== wasFull) this.#pressure(this.isFull);
  }
}
