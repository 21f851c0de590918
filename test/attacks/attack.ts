/** An attack, what holds against it, and how that is seen. */

/** One defence taken out: a text of a file of `src`, replaced; the tests named must then fail. */
export interface Removal {
  /** Relative to the root of the project. */
  readonly file: string;
  /** Stands exactly once in it. */
  readonly find: string;
  readonly replace: string;
  /** A file of tests, and what the title of those that must fail holds. */
  readonly test: string;
  readonly title: string;
}

export interface Attack {
  readonly name: string;
  /** The requirements whose tests prove the defence. */
  readonly proofs: readonly string[];
  readonly removals: readonly Removal[];
}
