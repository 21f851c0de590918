import type { Runtime } from '../engine/ports.ts';
import { AareError } from './error.ts';

/** A value with the truth about its age. */
export interface Reading<T> {
  readonly value: T;
  /** True when the last attempt to renew the value failed, so it is shown in place of a live one. */
  readonly stale: boolean;
  /** Whole seconds since the value was received. */
  readonly ageSeconds: number;
}

/** The clock and timers that polling needs. */
export type PollRuntime = Pick<Runtime, 'now' | 'after'>;

export interface PollOptions {
  readonly runtime: PollRuntime;
  /** How long an attempt counts, whether it worked or not, in ms: one request per key within this time. */
  readonly everyMs: number;
  /** When an attempt is given up, in ms. */
  readonly timeoutMs: number;
  /** How old a value may be and still stand in for a live one, in ms. */
  readonly maxStaleMs: number;
  /** How many keys are remembered; the one unused for longest goes first. */
  readonly maxEntries: number;
  /** Asked before each request goes out; throws to refuse it, and nothing is remembered then. */
  readonly admit?: ((key: string) => void) | undefined;
  /** Told of each failed attempt, for a log. */
  readonly report?: ((failure: { key: string; reason: string }) => void) | undefined;
}

interface Entry<T> {
  triedAt: number;
  kept: { value: T; at: number } | undefined;
  fault: string | undefined;
  pending: Promise<void> | undefined;
}

/**
 * Remembers what a slow and distant source said.
 *
 * Guarantees: per key at most one request within `everyMs`, failed ones included; equal reads in flight share
 * one request; a caller waits `timeoutMs` at the longest; a value older than `maxStaleMs` is never shown; at
 * most `maxEntries` keys are held. (A key pushed out by newer ones is forgotten, its last request too.)
 */
export class Polls<T> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #options: PollOptions;

  constructor(options: PollOptions) {
    this.#options = options;
  }

  /** How many keys are remembered now. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * The value of `key`, remembered or loaded.
   *
   * @param load asks the source; should stop when the signal is aborted, but is not trusted to.
   * @throws AareError `aare-unavailable` when there is neither a live value nor one fresh enough; whatever
   *   `admit` throws.
   */
  async read(key: string, load: (signal: AbortSignal) => Promise<T>): Promise<Reading<T>> {
    const entry = this.#recent(key) ?? this.#start(key, load);
    await entry.pending;
    return this.#settle(entry);
  }

  /** The entry of `key`, when its last attempt still counts or is under way. Makes it the most recently used. */
  #recent(key: string): Entry<T> | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    // The absolute value, so that a clock set back does not make an old value look fresh for long.
    const counts = Math.abs(this.#options.runtime.now() - entry.triedAt) < this.#options.everyMs;
    return counts || entry.pending !== undefined ? entry : undefined;
  }

  #start(key: string, load: (signal: AbortSignal) => Promise<T>): Entry<T> {
    this.#options.admit?.(key);
    const entry = this.#entries.get(key) ?? this.#insert(key);
    entry.triedAt = this.#options.runtime.now();
    entry.pending = this.#ask(key, entry, load);
    return entry;
  }

  #insert(key: string): Entry<T> {
    if (this.#entries.size >= this.#options.maxEntries) this.#evict();
    const entry: Entry<T> = { triedAt: 0, kept: undefined, fault: undefined, pending: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (entry.pending !== undefined) continue;
      this.#entries.delete(key);
      return;
    }
    throw new AareError(
      'aare-unavailable',
      'Service temporarily unavailable: too many requests are under way. Try again in a few seconds.',
    );
  }

  /** One attempt. Never rejects: what went wrong is written into the entry. */
  async #ask(key: string, entry: Entry<T>, load: (signal: AbortSignal) => Promise<T>): Promise<void> {
    const { runtime, timeoutMs, report } = this.#options;
    const abort = new AbortController();
    const late = Promise.withResolvers<never>();
    const timer = runtime.after(timeoutMs, () => {
      late.reject(new Error(`no answer within ${timeoutMs / 1000} s`));
      abort.abort();
    });
    try {
      const value = await Promise.race([load(abort.signal), late.promise]);
      entry.kept = { value, at: runtime.now() };
      entry.fault = undefined;
    } catch (error) {
      entry.fault = error instanceof Error ? error.message : String(error);
      report?.({ key, reason: entry.fault });
    } finally {
      timer.cancel();
      entry.pending = undefined;
    }
  }

  #settle(entry: Entry<T>): Reading<T> {
    const { runtime, maxStaleMs } = this.#options;
    if (entry.kept !== undefined) {
      const ageMs = Math.max(0, runtime.now() - entry.kept.at);
      const stale = entry.fault !== undefined;
      if (!stale || ageMs <= maxStaleMs) {
        return { value: entry.kept.value, stale, ageSeconds: Math.floor(ageMs / 1000) };
      }
    }
    throw this.#unavailable(entry);
  }

  #unavailable(entry: Entry<T>): AareError {
    const { runtime, everyMs, maxStaleMs } = this.#options;
    const waitMs = Math.max(1000, entry.triedAt + everyMs - runtime.now());
    return new AareError(
      'aare-unavailable',
      'Service temporarily unavailable: the aare.guru API could not be reached or gave no usable answer, and ' +
        `no value younger than ${Math.round(maxStaleMs / 3_600_000)} h is at hand. ` +
        `Try again in ${Math.ceil(waitMs / 1000)} seconds; until then, see https://aare.guru.`,
    );
  }
}
