/** The conversations with one server that are open or being opened, and what is done to all of them. */
import type { UpstreamFault } from './ports.ts';
import type { UpstreamSession } from './upstream-session.ts';

/** Bounded by those who have them. */
export class Conversations {
  readonly #all = new Set<UpstreamSession>();
  /** None is read. */
  #isPaused = false;

  get size(): number {
    return this.#all.size;
  }

  /** Requests to the server in flight. */
  get inFlight(): number {
    let count = 0;
    for (const { inFlight } of this.#all) count += inFlight;
    return count;
  }

  add(upstream: UpstreamSession): void {
    this.#all.add(upstream);
  }

  delete(upstream: UpstreamSession): void {
    this.#all.delete(upstream);
  }

  /** Its link is open. */
  opened(upstream: UpstreamSession): void {
    if (this.#isPaused) upstream.pause();
  }

  /** The one reader of all that is said is full (`true`) or has caught up (`false`). */
  pressure(full: boolean): void {
    this.#isPaused = full;
    for (const upstream of this.#all)
      if (full) upstream.pause();
      else upstream.resume();
  }

  /** Ends them all: what is in flight is answered with the reason, or sent again where that is safe. */
  end(fault: UpstreamFault): void {
    for (const upstream of [...this.#all]) upstream.closed(fault);
  }
}
