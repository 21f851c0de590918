/** How long a reader has been full, and whether it still takes anything. */
import type { Connection } from './ports.ts';

export class Fullness {
  #isFull = false;
  #lookedAt = 0;
  /** How long it has taken nothing, in ms. */
  #still = 0;
  #backlog: number | undefined;

  get isFull(): boolean {
    return this.#isFull;
  }

  begin(connection: Connection, now: number): void {
    this.#isFull = true;
    this.#lookedAt = now;
    this.#still = 0;
    this.#backlog = connection.backlog;
  }

  end(): void {
    this.#isFull = false;
  }

  /**
   * Whether the reader took nothing for `ms` while it was full. To be asked now and then: each look compares.
   * @param everyMs how often that is: time in which this process itself stood still counts as one look
   */
  isStalled(connection: Connection, now: number, ms: number, everyMs: number): boolean {
    if (!this.#isFull) return false;
    if (connection.backlog !== this.#backlog) {
      this.begin(connection, now);
      return false;
    }
    this.#still += Math.min(now - this.#lookedAt, everyMs);
    this.#lookedAt = now;
    return this.#still >= ms;
  }
}
