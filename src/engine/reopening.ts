/**
 * Opens a lost way again by itself: without waiting for the next call, for a client that only listens (it would
 * otherwise never hear of its subscriptions again), and once more while a server that is being restarted does not
 * answer yet and somebody waits. Not for a link that did not live long: what dies at once would be started for ever;
 * only those who wait for a server that is not ours to start are served then, too.
 */
import type { Runtime, Timer, UpstreamDriver, UpstreamFault } from './ports.ts';

/** A link that lived so long was started well. */
const LIVED_MS = 1_000;
/** Lets the end of the old link come to its own end first. */
const PAUSE_MS = 100;
/** The wait before the first further try; it doubles with each. */
const FIRST_MS = 200;
/** So long after the loss those who wait are told: a restart takes seconds. */
const GIVE_UP_MS = 10_000;

export class Reopening {
  readonly #runtime: Runtime;
  /** Whether the server outlives its links: then trying again starts nothing. */
  readonly #mayRepeat: boolean;
  readonly #open: () => void;
  #openedAt = 0;
  #lostAt: number | undefined;
  #tries = 0;
  #timer: Timer | undefined;

  constructor(runtime: Runtime, driver: Pick<UpstreamDriver, 'mayRepeat'>, open: () => void) {
    this.#runtime = runtime;
    this.#mayRepeat = driver.mayRepeat === true;
    this.#open = open;
  }

  /** A link was opened. */
  opened(): void {
    this.#openedAt = this.#runtime.now();
    this.#lostAt = undefined;
    this.#tries = 0;
    this.cancel();
  }

  /** The link was lost. @param isListenedTo somebody waits for what the server says by itself */
  lost(isListenedTo: boolean): void {
    const now = this.#runtime.now();
    const hasLived = now - this.#openedAt >= LIVED_MS;
    if (hasLived || this.#mayRepeat) this.#lostAt = now;
    if (hasLived && isListenedTo) this.#after(PAUSE_MS);
  }

  /** Somebody waits for what the server says by itself, and it was another node that was told. */
  soon(): void {
    this.#after(PAUSE_MS);
  }

  /** A try to open it again failed while requests wait. True when there will be another one. */
  again(fault: UpstreamFault): boolean {
    if (this.#lostAt === undefined || !fault.isRecoverable) return false;
    const wait = Math.max(FIRST_MS * 2 ** this.#tries, fault.retryAfterMs ?? 0);
    if (this.#runtime.now() + wait - this.#lostAt > GIVE_UP_MS) return false;
    this.#tries += 1;
    this.#after(wait);
    return true;
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #after(ms: number): void {
    this.cancel();
    this.#timer = this.#runtime.after(ms, this.#open);
  }
}
