/** Messages as they pass, for whoever looks at a session. Where nobody does, nothing is done for it. */
import type { Message, MessageKind, Span } from '../protocol/message.ts';
import type { Bytes } from './ports.ts';

/** Where a message is seen: on its way from or to the client, to or from the server. */
export type Leg = 'from-client' | 'to-server' | 'from-server' | 'to-client';

/** One message that passes. Valid during the call only: what is kept of it is copied. */
export interface Passing {
  readonly leg: Leg;
  /** Empty in modern words, which have none, and on a way that several sessions share. */
  readonly session: string;
  /** On the client's side what its path leads to, which may be several merged; on the server's that server. */
  readonly server: string;
  readonly kind: MessageKind;
  /** Of an answer: what it answers, where that is known. */
  readonly method: string;
  readonly target: string | undefined;
  /** The raw JSON of its id stands in `idIn` at `id`; where it has none `id.end` is 0. */
  readonly idIn: Uint8Array;
  readonly id: Span;
  /** What the tap called the request of a client or of a server that it belongs to; 0: none, or nobody knows. */
  readonly call: number;
  /** Of an answer: what the tap called its request as that passed on the same side; 0: nobody knows. */
  readonly request: number;
  readonly bytes: Bytes;
  /** What is left out of `bytes`; see `readLong`. */
  readonly gap?: Message['gap'];
}

/**
 * Set as `context.tap` while somebody looks, by whoever lends it; undefined otherwise, so that a message costs one look at a
 * member. Must not throw.
 */
export interface Tap {
  /** @returns what it calls the message from now on: a number above 0, another for each */
  passed(message: Passing): number;
}
