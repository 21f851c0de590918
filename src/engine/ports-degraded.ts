/** What goes worse than it should, though the gateway still serves: said aloud until it is well again. */

/** One thing that is not as it should be. */
export interface Trouble {
  /** A stable word with `_`: strangers are told it. */
  readonly code: string;
  /** One sentence for whoever runs the gateway: what it means, no secrets. */
  readonly message: string;
  /** Since when, in ms since the epoch. */
  readonly since: number;
}

/** Where what lends itself to the engine says that it is not well, and that it is again. Neither throws. */
export interface Troubles {
  /**
   * Something is wrong from now on. Said again, only the sentence (and the time below) changes. Costs little: it may
   * be said with every message.
   * @param forMs it is over when it was not said again for so long; default: only `clear` ends it
   */
  set(code: string, message: string, forMs?: number): void;
  /** It is well again. Does nothing for what is not known. */
  clear(code: string): void;
}
