/** How much within a time: what a limit is, what is drawn from it, and the port of what counts. */

/** Whose a limit is, as its callers are told. */
export type Scope = 'caller' | 'address' | 'project' | 'gateway' | 'server' | 'tool';

/** What is counted. */
export type Unit = 'calls' | 'bytes' | 'opens' | 'failures';

/** One limit: so much within a time, and so much of it at once. */
export interface Limit {
  /** What is counted under an id stays counted when its numbers change. */
  readonly id: string;
  readonly scope: Scope;
  readonly unit: Unit;
  /** So much within `perMs`, spread evenly. */
  readonly amount: number;
  readonly perMs: number;
  /** So much at once, by who took nothing for a while. */
  readonly burst: number;
}

/** Something to be taken from one bucket. */
export interface Draw {
  readonly limit: Limit;
  /** Whose bucket of the limit it is: a principal, an address; empty where all share one. */
  readonly of: string;
  /** How much; 0 asks whether anything could be taken, where it is counted when it is known. */
  readonly cost: number;
}

/** What became of it: of the limit that refused it for longest; else of the one that is nearest to its end. */
export interface Verdict {
  readonly limit: Limit;
  readonly isRefused: boolean;
  /** How much may be taken at once now. */
  readonly remaining: number;
  /** Refused: when it would be taken. Else when the bucket is full again. In ms from now. */
  readonly waitMs: number;
}

/**
 * Counts. Kept in memory or elsewhere, for one gateway or for several.
 *
 * Guarantees:
 * - over any time, a bucket gives no more than its burst and what came in meanwhile, and what one bucket gives takes
 *   nothing from another;
 * - of what is taken together all is taken or nothing: what was refused counts nowhere;
 * - bytes and failures are given as long as anything is left, however many they are; then nothing is until they are made
 *   up for, which takes no longer than the time of one burst;
 * - calls of one process are decided in the order in which they were made; a promise never rejects: where nothing can be
 *   asked, calls pass;
 * - the number of buckets is bounded, and nobody gets a full bucket for an empty one by that.
 */
export interface Meter {
  /** @returns undefined where nothing was to be taken from; at once where that can be told at once */
  take(draws: readonly Draw[], now: number): Verdict | undefined | Promise<Verdict | undefined>;
  /** Counts what happened already. */
  charge(draws: readonly Draw[], now: number): void;
  /** Forgets all that was counted under other ids. */
  keep(ids: ReadonlySet<string>): void;
}

/** One that always decides at once. */
export interface PromptMeter extends Meter {
  /** Buckets in all. */
  readonly size: number;
  take(draws: readonly Draw[], now: number): Verdict | undefined;
}
