/** How long a reader has been full, and whether it still takes anything. */
import type { Connection } from './ports.ts';

export class Fullness {
  #since = 0;
  #backlog: number | undefined;

  get isFull(): boolean {
    return this.#since > 0;
  }

  begin(connection: Connection, now: number): void {
    this.#since = now;
    this.#backlog = connection.backlog;
  }

  end(): void {
    this.#since = 0;
  }

  /** Whether the reader took nothing for `ms` while it was full. To be asked now and then: each look compares. */
  isStalled(connection: Connection, now: number, ms: number): boolean {
    if (!this.isFull) return false;
    const { backlog } = connection;
    if (backlog !== this.#backlog) this.begin(connection, now);
    return now - this.#since >= ms;
  }
}
