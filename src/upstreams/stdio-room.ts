/** How many processes a server may have at once, and the wait for one that is ending. */
import type { Runtime } from '../engine/ports.ts';
import type { Child } from './stdio-child.ts';
import { within } from './within.ts';

/** What the burial of a killed child, its group and its orphans may take on top of its graces. */
const BURIAL_MS = 1_000;

export interface RoomOptions {
  readonly maxProcesses: number;
  readonly stopGraceMs: number;
  readonly runtime: Runtime;
}

export class Room {
  readonly children = new Set<Child>();
  /** Starts that are under way; each takes the place of the child it may become. */
  readonly starting = new Set<Promise<unknown>>();
  readonly #options: RoomOptions;
  #waiting = 0;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  get hasSome(): boolean {
    return this.children.size + this.starting.size < this.#options.maxProcesses;
  }

  /**
   * Calls `start`, which takes its place at once or throws where there is none. Where there is none but children are
   * ending, waits for one of them first: for as long as its two graces and its burial may take, while the signal is
   * not aborted. There are never more that wait than are ending.
   */
  async enter<T>(signal: AbortSignal, start: () => Promise<T>): Promise<T> {
    const { runtime, stopGraceMs } = this.#options;
    const until = runtime.now() + 2 * stopGraceMs + BURIAL_MS;
    while (!this.hasSome) {
      const ending = [...this.children].filter((child) => child.isEnding);
      const ms = until - runtime.now();
      if (ending.length <= this.#waiting || ms <= 0 || signal.aborted) break;
      this.#waiting += 1;
      try {
        await within(Promise.race(ending.map(({ gone }) => gone)), ms, runtime, signal);
      } finally {
        this.#waiting -= 1;
      }
    }
    return start();
  }
}
