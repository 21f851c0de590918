/** What waits for the way to a server, bounded in bytes. */
import type { Exchange } from './exchange.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** Something that waits. */
export interface Waiting {
  readonly exchange?: Exchange;
  readonly bytes: number;
  /** It was sent before and may have been carried out: without a way it is told so. */
  readonly isUnsafe?: boolean;
  readonly go: (upstream: UpstreamSession) => void;
}

/** What a waiting message costs beside its bytes, roughly. */
const WAITING_COST = 200;

export class WaitingRoom {
  readonly #cap: number;
  #waiting: Waiting[] = [];
  #bytes = 0;

  /** @param cap bytes that may wait */
  constructor(cap: number) {
    this.#cap = cap;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** False when there is no room for it. */
  add(waiting: Waiting): boolean {
    const cost = waiting.bytes + WAITING_COST;
    if (this.#bytes + cost > this.#cap) return false;
    this.#bytes += cost;
    this.#waiting.push(waiting);
    return true;
  }

  /** All that waits, in order; afterwards nothing does. */
  take(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#bytes = 0;
    return waiting;
  }
}
