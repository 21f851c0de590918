/**
 * The last lines of the log, for whoever looks at the gateway while it runs. Of each line what was written of it, so nothing
 * that was masked. Guarantees: bounded in lines and in characters; whoever listens cannot stop the log.
 */

import type { Trouble } from './engine/ports-degraded.ts';

/** The log, as others see it while the gateway runs. */
export interface LogView {
  /** Its last lines, and those that are written from now on. */
  readonly ring: LogRing;
  /** Lines that were dropped, as nobody took them. */
  readonly lost: number;
  /** What is wrong with it. */
  readonly troubles: readonly Trouble[];
}

/** One line, as `/admin/api/logs` and the live topic `log` show it. */
export interface LogEntry {
  /** Counted from 1, without gaps: whoever missed lines can tell how many. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: Level;
  readonly message: string;
  /** What else it says. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

const MOST_LINES = 1_000;
const MOST_CHARACTERS = 1_048_576;
const LEVELS: ReadonlySet<unknown> = new Set<Level>(['trace', 'debug', 'info', 'warn', 'error', 'fatal']);

export class LogRing {
  readonly #most: { readonly lines: number; readonly characters: number };
  /** The oldest first; those before `#first` are gone. */
  #kept: { readonly entry: LogEntry; readonly characters: number }[] = [];
  #first = 0;
  #characters = 0;
  #seq = 0;
  readonly #listeners = new Set<(entry: LogEntry) => void>();

  constructor(most = { lines: MOST_LINES, characters: MOST_CHARACTERS }) {
    this.#most = most;
  }

  /** Those that are kept, the oldest first. @param after only those after this number */
  entries(after = 0): LogEntry[] {
    const kept = this.#kept.slice(this.#first).map(({ entry }) => entry);
    return after > 0 ? kept.filter(({ seq }) => seq > after) : kept;
  }

  /** The number of the last line. */
  get last(): number {
    return this.#seq;
  }

  /** Tells each line from now on, in the turn in which it is written. @returns what ends that */
  listen(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** @param line its members, without secrets @param characters of all of it as it was written */
  add({ time, level, msg, ...fields }: Readonly<Record<string, unknown>>, characters: number): void {
    const at = Date.parse(String(time));
    const message = typeof msg === 'string' ? msg : '';
    const known = LEVELS.has(level) ? (level as Level) : 'info';
    const entry = { seq: ++this.#seq, at: Number.isNaN(at) ? 0 : at, level: known, message, fields };
    this.#kept.push({ entry, characters });
    this.#characters += characters;
    this.#forget();
    for (const listener of this.#listeners) tell(listener, entry);
  }

  #forget(): void {
    const { lines, characters } = this.#most;
    while (this.#kept.length - this.#first > lines || this.#characters > characters) {
      this.#characters -= this.#kept[this.#first++]?.characters ?? 0;
    }
    if (this.#first < lines) return;
    this.#kept = this.#kept.slice(this.#first);
    this.#first = 0;
  }
}

function tell(listener: (entry: LogEntry) => void, entry: LogEntry): void {
  try {
    listener(entry);
  } catch {
    // There is nobody left to tell.
  }
}
