/** What may be held at once, as whoever lets a caller in may say it. */

/** What there is a limited amount of. */
export interface Held {
  /** Sessions, be they of a client that names them or not. */
  readonly sessions: number;
  /** Connections on which events travel, whatever carries them. */
  readonly streams: number;
  /** Requests in flight, in the words of either era. */
  readonly calls: number;
  /** Bytes of modern requests, which are kept until they are answered. */
  readonly callBytes: number;
  /** Modern requests that listen. */
  readonly listens: number;
  /** Calls whose server has asked and whose client has not come back yet. */
  readonly parked: number;
  /** Requests with an idempotency key that are in flight or remembered. */
  readonly idempotencyKeys: number;
  /** Bytes of these requests while they are in flight, and then of their answers. */
  readonly idempotencyBytes: number;
  /** Bytes that were sent and not taken, of streams and of whole answers. */
  readonly queuedBytes: number;
}

export type Thing = keyof Held;

/** How much of it may be held; what is left out is not bounded, or bounded as elsewhere said. */
export type Caps = { readonly [thing in Thing]?: number | undefined };
