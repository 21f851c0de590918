/** The caps and waits of merged servers, with their defaults and why. Sizes are bytes; times are milliseconds. */

export interface MergeLimits {
  /** Pages, items and bytes that are taken of one list of one server; what it has more is left out, and told. */
  readonly pages: number;
  readonly items: number;
  readonly bytes: number;
  /** Of one page that a client gets: most clients ask for one page only. */
  readonly pageItems: number;
  readonly pageBytes: number;
  /** How long a list counts as what the server has, where the server announces no change. */
  readonly freshMs: number;
  /** Changes within this time are announced as one. */
  readonly changeMs: number;
  /** Before a server that could not be asked is asked again; doubles up to the longest. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** Resources whose owner had to be asked for, remembered per session. */
  readonly owners: number;
}

export const MERGE_LIMITS: MergeLimits = {
  pages: 1_000,
  items: 10_000,
  bytes: 10 * 1024 * 1024,
  pageItems: 1_000,
  pageBytes: 1024 * 1024,
  freshMs: 5 * 60_000,
  changeMs: 100,
  retryMs: 5_000,
  longestRetryMs: 5 * 60_000,
  owners: 1_000,
};
