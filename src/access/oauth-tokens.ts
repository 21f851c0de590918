/**
 * Tokens that were looked at: what came of it, by their hash. A call with a known token costs one hash and one look.
 *
 * Guarantees: bounded; no token is kept here, but the latest one of a caller, to be exchanged; what is looked at by many
 * at once is looked at once.
 */
import type { Subject } from '../engine/ports.ts';
import type { Caller, Refused } from './principal.ts';

/** A token that is good, and for what. */
export interface Proven {
  readonly caller: Caller;
  readonly audiences: readonly string[];
  /** Why it opens nothing, wherever it is meant for: it lacks a scope. */
  readonly refused: Refused | undefined;
  readonly subject: LatestToken;
}

/** Remembers the token that one caller showed last. */
export class LatestToken implements Subject {
  token = '';
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }
}

export type Outcome = Proven | Refused;

interface Entry {
  readonly outcome: Outcome;
  /** Until when it is believed, in ms since the epoch. */
  readonly due: number;
}

/** The outcomes of late, the one used longest ago first. */
export class Outcomes {
  readonly #most: number;
  readonly #entries = new Map<string, Entry>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Whether it was looked at, be that believed any longer or not. */
  has(hash: string): boolean {
    return this.#entries.has(hash);
  }

  get(hash: string, now: number): Outcome | undefined {
    const entry = this.#entries.get(hash);
    if (!entry) return undefined;
    if (entry.due <= now) {
      this.#entries.delete(hash);
      return undefined;
    }
    // Their order matters only where there is little room.
    if (this.#entries.size * 2 > this.#most) {
      this.#entries.delete(hash);
      this.#entries.set(hash, entry);
    }
    return entry.outcome;
  }

  set(hash: string, outcome: Outcome, due: number): void {
    this.#entries.delete(hash);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.#most) this.#entries.delete(oldest);
    this.#entries.set(hash, { outcome, due });
  }
}

/** Whose latest token is where, the one used longest ago first. */
export class Subjects {
  readonly #most: number;
  readonly #entries = new Map<string, LatestToken>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @param key who, by which client, for what: a token of one client is never exchanged for another's */
  of(key: string): LatestToken {
    const known = this.#entries.get(key);
    const subject = known ?? new LatestToken(key);
    this.#entries.delete(key);
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined && this.#entries.size >= this.#most) this.#entries.delete(oldest);
    this.#entries.set(key, subject);
    return subject;
  }
}
