/** What became of the requests to one server: since the gateway started, in this second, and in the last minute. */
import type { FaultView } from './contract/server.ts';
import { Durations } from './durations.ts';

/** The last minute is kept in so many parts. */
const PARTS = 6;
const SECONDS = 10;

export class ServerCounts {
  calls = 0;
  errors = 0;
  lastFault: FaultView | undefined;
  /** Of the second that runs. */
  readonly second = new Durations();
  secondErrors = 0;
  /** The part that runs comes first. */
  readonly #parts: Durations[] = [new Durations()];
  #seconds = 0;

  ended(ms: number, isError: boolean): void {
    this.calls++;
    this.second.add(ms);
    if (!isError) return;
    this.errors++;
    this.secondErrors++;
  }

  /** A second is over. */
  turn(): void {
    this.#parts[0]?.merge(this.second);
    this.second.clear();
    this.secondErrors = 0;
    if (++this.#seconds < SECONDS) return;
    this.#seconds = 0;
    const oldest = this.#parts.length < PARTS ? new Durations() : (this.#parts.pop() ?? new Durations());
    oldest.clear();
    this.#parts.unshift(oldest);
  }

  /** All of the last minute. */
  get minute(): Durations {
    const all = new Durations();
    for (const part of this.#parts) all.merge(part);
    all.merge(this.second);
    return all;
  }
}
