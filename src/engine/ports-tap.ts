/** Messages as they pass, for whoever looks at a session. Nobody does, mostly: then nothing is done for it. */
import type { Bytes } from './ports.ts';

/** Where a message is seen: on its way from or to the client, to or from the server. */
export type Leg = 'from-client' | 'to-server' | 'from-server' | 'to-client';

/** One message that passes. Valid during the call only: what is kept of it is copied. */
export interface Passing {
  readonly leg: Leg;
  /** Empty in modern words, which have none. */
  readonly session: string;
  readonly server: string;
  readonly kind: 'request' | 'notification' | 'response' | 'error';
  /** Of an answer: what it answers, where that is known. */
  readonly method: string;
  readonly target: string | undefined;
  /** The raw JSON of its id; undefined where it has none. */
  readonly id: Uint8Array | undefined;
  /** The same object for all that belongs to one request: the request itself, progress, questions, its answer. */
  readonly exchange: object | undefined;
  readonly bytes: Bytes;
}

/**
 * Set as `context.tap` while somebody looks, by whoever lends it; undefined otherwise, so that a message costs one look at a
 * member. Must not throw.
 */
export interface Tap {
  passed(message: Passing): void;
}
