/**
 * One JSON-RPC message as bytes, and the cheap facts needed to route it.
 *
 * Source: JSON-RPC 2.0; RFC 8259; MCP 2024-11-05 … 2025-11-25 (base protocol).
 */
export type MessageKind = 'request' | 'notification' | 'response' | 'error';

/**
 * Where a value stands in `bytes`: `[start, end)`. `end === 0` means the member is absent
 * (no JSON value can end at 0).
 */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The envelope of a message. Nothing of the message is copied or changed. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly kind: MessageKind;
  /** The raw `id`, quotes included; absent for notifications (and for errors with `id: null`). */
  readonly id: Span;
  /** The decoded method; empty for responses and errors. */
  readonly method: string;
  /** The value of `params`. */
  readonly params: Span;
  /** The decoded `params.name` or else `params.uri`: what a call is about. */
  readonly target: string | undefined;
  /** Raw `params._meta.progressToken` of a request; raw `params.progressToken` of `notifications/progress`. */
  readonly progressToken: Span;
  /** Raw `params.requestId` of `notifications/cancelled`. */
  readonly requestId: Span;
  /** The value of `result` or `error` of an answer. */
  readonly outcome: Span;
}

/** Caps on what is read; see `DEFAULT_LIMITS`. */
export interface ReadLimits {
  /** Nested arrays and objects. */
  readonly depth: number;
  /** Bytes of one message. */
  readonly bytes: number;
  /** Members and elements of one message, in all (only where the message is read in full). */
  readonly elements: number;
  /** Messages in a batch. */
  readonly batch: number;
}

/**
 * `full`: the whole message is checked (grammar, every member name).
 * `envelope`: the value of `result`/`error` is skipped by its brackets; everything else is checked as in
 * `full`. For answers of upstream servers, which may be large and are forwarded untouched.
 */
export type Depth = 'full' | 'envelope';

/** Reads one message. Throws `ProtocolError`. */
export declare function readMessage(bytes: Uint8Array, limits?: ReadLimits, depth?: Depth): Message;

/** Reads one message or a batch (2025-03-26). Throws `ProtocolError` for the body as a whole. */
export declare function readBody(
  bytes: Uint8Array,
  limits?: ReadLimits,
): { batch: false; messages: [Message] } | { batch: true; messages: (Message | Error)[] };

/** What to replace: each value is raw JSON (`1`, `"a"`). Members that the message lacks are left absent. */
export interface Edits {
  id?: Uint8Array;
  progressToken?: Uint8Array;
  requestId?: Uint8Array;
}

/** The message's bytes with the edits spliced in; every other byte stays as it is. */
export declare function rewrite(message: Message, edits: Edits): Uint8Array;
/** The same in pieces, so that a large message is not copied. */
export declare function rewriteParts(message: Message, edits: Edits): Uint8Array[];

/** The value of a raw id or token that is one of our own (a canonical non-negative integer), else -1. */
export declare function ownNumber(bytes: Uint8Array, span: Span): number;
/** Whether two raw scalars mean the same id: strings compared after decoding, numbers by their text. */
export declare function sameScalar(a: Uint8Array, aSpan: Span, b: Uint8Array, bSpan: Span): boolean;
/** A copy of the raw bytes of a span, safe to keep. */
export declare function copySpan(bytes: Uint8Array, span: Span): Uint8Array;
