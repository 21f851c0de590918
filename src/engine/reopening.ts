/**
 * Opens a lost way again without waiting for the next call, for a client that only listens: it would otherwise
 * never hear of its subscriptions again. Not for a link that did not live long: what dies at once would be started
 * for ever.
 */
import type { Runtime, Timer } from './ports.ts';

/** A link that lived so long was started well. */
const LIVED_MS = 1_000;
/** Lets the end of the old link come to its own end first. */
const PAUSE_MS = 100;

export class Reopening {
  readonly #runtime: Runtime;
  readonly #open: () => void;
  #openedAt = 0;
  #timer: Timer | undefined;

  constructor(runtime: Runtime, open: () => void) {
    this.#runtime = runtime;
    this.#open = open;
  }

  /** A link was opened. */
  opened(): void {
    this.#openedAt = this.#runtime.now();
    this.cancel();
  }

  /** The link was lost, and somebody listens to what it says. */
  lost(): void {
    if (this.#runtime.now() - this.#openedAt < LIVED_MS) return;
    this.cancel();
    this.#timer = this.#runtime.after(PAUSE_MS, this.#open);
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
