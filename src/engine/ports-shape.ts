/**
 * The port of shapes: how one POST is acknowledged, refused and answered on a stream of events.
 *
 * One stream may carry several shapes at a time: a reply has the shape of the POST that asked for it.
 */
import type { ErrorWord } from '../protocol/errors.ts';
import type { Bytes, CloseReason } from './ports.ts';

/** What a codec may know of a session when it encodes. */
export interface SessionFacts {
  readonly id: string;
  /** Path and query, relative to the origin, to which a client of this session posts. */
  readonly endpoint: string;
}

/** What a codec may know of an event when it encodes. */
export interface StreamEvent {
  /** One JSON-RPC message. May hold raw line breaks: the codec must not let them through. */
  readonly data: Bytes;
  /** The event's id on a resumable stream. */
  readonly id?: string | undefined;
  /** It is an error of the gateway's in place of an answer, not what the server said. */
  readonly isFailure?: boolean | undefined;
}

/** The whole answer to a POST whose messages travel on a stream. */
export interface Acknowledgement {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What is wrong with a POST. */
export interface Complaint {
  readonly word: ErrorWord;
  readonly message: string;
}

/** How a POST says which client wrote it: by the name under which it names its session, or by its path. */
export type PostKind = 'plain' | 'clg' | 'rails';

/**
 * A stateless codec of one POST and of what is said because of it. Pure: the same input gives the same bytes.
 * `now` is in ms since the epoch and may have a fraction.
 */
export interface Shape {
  readonly name: string;
  /** Whether its frames tell the time; else `now` means nothing to `encode`: asking the clock has its price. */
  readonly isTimed?: boolean;
  /** One message as a frame of the stream. */
  encode(event: StreamEvent, session: SessionFacts, now: number): Bytes;
  accepted(now: number): Acknowledgement;
  /**
   * What is wrong with a POST on a live session is told on its stream, as an acknowledged message would be,
   * because some clients end their session at any answer but 2xx.
   */
  readonly complainsOnStream: boolean;
  /** A request is answered in the body of its POST, too. */
  readonly answersInBody: boolean;
  /**
   * A refusal in this shape's own words; without a status it has the usual one. Undefined: a JSON-RPC error with
   * the usual status.
   */
  refused?(complaint: Complaint, now: number): { readonly status?: number; readonly body: Uint8Array };
  /** What a caller without a key is told, in this shape's own words. */
  readonly unauthorized?: Uint8Array;
  /** The last words on a stream that the gateway ends. */
  ending?(reason: CloseReason, now: number): Uint8Array | undefined;
}
