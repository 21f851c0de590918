/** When a subscription that was lost is opened again: later each time, and not for ever. */
import type { Runtime, Timer } from '../ports.ts';

/** The wait before the first try; it doubles with each that fails, up to the longest. */
const FIRST_MS = 100;
const LONGEST_MS = 30_000;
/** Some eight minutes. */
const MOST_TRIES = 24;
/** One that lived so long was opened well. */
const LIVED_MS = 10_000;

export class ListenComeback {
  readonly #runtime: Runtime;
  readonly #open: () => void;
  #tries = 0;
  #openedAt = 0;
  #timer: Timer | undefined;

  constructor(runtime: Runtime, open: () => void) {
    this.#runtime = runtime;
    this.#open = open;
  }

  opened(): void {
    this.#openedAt = this.#runtime.now();
  }

  lost(): void {
    if (this.#runtime.now() - this.#openedAt >= LIVED_MS) this.#tries = 0;
  }

  /** False when it is given up. @param leastMs as the server wishes */
  again(leastMs: number): boolean {
    this.cancel();
    if (this.#tries >= MOST_TRIES) return false;
    const wait = Math.max(leastMs, Math.min(FIRST_MS * 2 ** this.#tries, LONGEST_MS));
    this.#tries += 1;
    this.#timer = this.#runtime.after(wait, this.#open);
    return true;
  }

  /** Whoever waits for it, it is opened now, or nobody wants it any more. */
  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  forget(): void {
    this.cancel();
    this.#tries = 0;
  }
}
