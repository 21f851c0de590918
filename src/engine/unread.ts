/**
 * What was answered as a whole and its client has not taken yet: counted with its payers, and of one session in addition.
 * Over the cap the session is full, as it is with a stream whose reader is: what its server says further has to wait.
 */
import type { Payers } from './account.ts';
import type { Responder } from './ports.ts';

/** A responder, or a connection that is closed, as far as it can tell what its peer has not taken. */
export interface Outgoing {
  readonly queued?: number;
  /** Called once when the peer took that, or went away. To be set while some waits; without it that counts as taken. */
  onTaken?: (() => void) | undefined;
}

/** @param way has just been given its last, and takes nothing more @param taken told when that was taken */
export function owe(way: Outgoing, payers: Payers, taken?: (bytes: number) => void): number {
  const bytes = way.queued ?? 0;
  if (bytes === 0 || !('onTaken' in way)) return 0;
  payers.take('queuedBytes', bytes);
  way.onTaken = () => {
    way.onTaken = undefined;
    payers.giveBack('queuedBytes', bytes);
    taken?.(bytes);
  };
  return bytes;
}

export class UnreadAnswers {
  readonly #payers: Payers;
  readonly #cap: number;
  readonly #pressure: (full: boolean) => void;
  #bytes = 0;

  /** @param pressure told each time the cap is crossed */
  constructor(payers: Payers, cap: number, pressure: (full: boolean) => void) {
    this.#payers = payers;
    this.#cap = cap;
    this.#pressure = pressure;
  }

  get isFull(): boolean {
    return this.#bytes > this.#cap;
  }

  /** @param responder has just been given a whole answer */
  add(responder: Responder): void {
    this.#change(owe(responder, this.#payers, (bytes) => this.#change(-bytes)));
  }

  #change(bytes: number): void {
    const wasFull = this.isFull;
    this.#bytes += bytes;
    if (this.isFull !== wasFull) this.#pressure(this.isFull);
  }
}
