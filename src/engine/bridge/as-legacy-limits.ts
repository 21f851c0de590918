/** Every cap and every wait of a modern server seen as a legacy one. */

/** Times in ms. */
export interface AsLegacyLimits {
  /** How often a call may be answered with questions before it fails. */
  readonly rounds: number;
  /** Questions in one such answer. */
  readonly questions: number;
  /** Bytes that the server has not taken yet before calls do not go on: it may ask for more than it reads. */
  readonly queuedBytes: number;
  /** Resources of one link that are listened to. */
  readonly uris: number;
  /** Pages of its tools that are asked for to know what is said in headers. */
  readonly pages: number;
  /** Tools with such headers that are remembered. */
  readonly tools: number;
  /** How long calls wait for that list. */
  readonly listMs: number;
  /** How long the server may take to agree to be listened to. */
  readonly agreeMs: number;
  /** Before listening is begun again; doubles with each failure … */
  readonly firstWaitMs: number;
  /** … up to this. */
  readonly longestWaitMs: number;
}

export const AS_LEGACY_LIMITS: AsLegacyLimits = {
  rounds: 8,
  questions: 32,
  queuedBytes: 32 * 1024 * 1024,
  uris: 10_000,
  pages: 50,
  tools: 10_000,
  listMs: 5_000,
  agreeMs: 30_000,
  firstWaitMs: 500,
  longestWaitMs: 60_000,
};
