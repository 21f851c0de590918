/** The caps and waits of what is carried, with their reasons. Sizes are bytes, times are ms. */
export interface RelayLimits {
  /** Requests under way from one node to another: more than a node lets all its callers have, of whom one may have half. */
  readonly carriages: number;
  /** Bytes of their bodies that are kept: whole until their owner has them, smaller ones until it is known what became of them. */
  readonly bodyBytes: number;
  /** Of a larger body that its owner has nothing but the ids of its requests is kept. */
  readonly wholeBytes: number;
  /** Bytes of one answer that may be under way or wait where it landed: what comes after waits at the owner. */
  readonly windowBytes: number;
  /** Bytes of an answer in one frame: what goes to others must not wait behind one large answer. */
  readonly pieceBytes: number;
  /** What waits counts as taken below this: it is in the buffers of every socket, and an acknowledgement has its price. */
  readonly uncountedBytes: number;
  /** Above so many waiting bytes the writer is asked to wait. */
  readonly highWater: number;
  /** A request of which nothing is heard for so long is given up: its owner is there, or would be known to be gone. */
  readonly unheardMs: number;
  /** An owner that is not done with a request after so long says that it has it. */
  readonly acceptMs: number;
  /** How often a slow reader is looked at, where it is. */
  readonly lookMs: number;
  /** Bytes that wait for a bus which takes nothing. */
  readonly lateBytes: number;
  /** How long it may take nothing before all that is under way is given up. */
  readonly lateMs: number;
  /** How long the last words of a node that ends may take to be taken. */
  readonly closeMs: number;
  /** How often it is tried again. */
  readonly retryMs: number;
}

export const RELAY_LIMITS: RelayLimits = {
  carriages: 80_000,
  bodyBytes: 128 * 1024 * 1024,
  wholeBytes: 1024,
  windowBytes: 512 * 1024,
  pieceBytes: 128 * 1024,
  uncountedBytes: 16 * 1024,
  highWater: 256 * 1024,
  unheardMs: 15_000,
  acceptMs: 1_000,
  lookMs: 1_000,
  lateBytes: 4 * 1024 * 1024,
  lateMs: 5_000,
  closeMs: 1_000,
  retryMs: 50,
};
