/**
 * One JSON-RPC message as bytes, and the cheap facts needed to route it.
 *
 * Source: JSON-RPC 2.0; RFC 8259; MCP 2024-11-05 … 2025-11-25 (base protocol).
 */
import { readBatch, roughParts } from './batch.ts';
import { classify } from './classify.ts';
import type { Cut } from './cuts.ts';
import { Envelope } from './envelope.ts';
import type { Claims } from './era.ts';
import { ProtocolError } from './errors.ts';
import type { Gap } from './long.ts';
import { Scanner } from './scanner.ts';
import { broken, OPEN_ARRAY, OPEN_OBJECT } from './text.ts';

export { copySpan, ownNumber, retarget, rewrite, rewriteParts, sameScalar, splice } from './rewrite.ts';

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
  /**
   * What a call is about: the decoded `params.name` or else `params.uri`; for `resources/…` and
   * `notifications/resources/…` the other way round, since there the `uri` is what the server looks at. For
   * `completion/complete` the `uri` or `name` of `params.ref`, as its `type` says.
   */
  readonly target: string | undefined;
  /** Where `target` stands, quotes included; absent when there is none. */
  readonly targetSpan: Span;
  /** What is written in its place; see `retarget`. */
  readonly targetJson?: Uint8Array;
  /** Raw `params._meta.progressToken` of a request; raw `params.progressToken` of `notifications/progress`. */
  readonly progressToken: Span;
  /** Raw `params.requestId` of `notifications/cancelled`. */
  readonly requestId: Span;
  /** The value of `result` or `error` of an answer; `outcomeOf` gives it whole. */
  readonly outcome: Span;
  /** What `params._meta` says of it in the words of 2026-07-28; undefined where it says nothing. */
  readonly claims: Claims | undefined;
  /** Where `params._meta` stands; undefined where it is no object, or nobody looked, as it was changed on its way. */
  readonly meta?: Span | undefined;
  /** What was left out of `bytes` while a long answer was read; see `readLong`. */
  readonly gap?: Gap | undefined;
  /** What was taken out of an answer because its client does not know it. */
  readonly hints?: CacheHints | undefined;
}

/** How long a server lets a result be given again, and whether to everybody (MCP 2026-07-28, caching). */
export interface CacheHints {
  readonly ttlMs: number;
  readonly isPublic: boolean;
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
 * Fit for what clients send: no known request nests deeper than 20, and 4 MiB hold a picture as base64.
 * 200,000 members and elements are some 2 MB of `[0,0,…`. Give more `bytes` for answers of servers.
 */
export const DEFAULT_LIMITS: ReadLimits = {
  depth: 128,
  bytes: 4 * 1024 * 1024,
  elements: 200_000,
  batch: 100,
};

/** For what was read and bounded before, or was written here. */
export const ANY_SIZE: ReadLimits = {
  depth: 10_000,
  bytes: Number.MAX_SAFE_INTEGER,
  elements: Number.MAX_SAFE_INTEGER,
  batch: 1,
};

/**
 * `full`: the whole message is checked (grammar, every member name).
 * `envelope`: the value of `result`/`error` is skipped by its brackets; everything else is checked as in
 * `full`. For answers of upstream servers, which may be large and are forwarded untouched.
 *
 * What `envelope` does not check within `result`/`error`: that it is JSON at all apart from brackets and quotes
 * (`{"a":tru]` is refused, `{"a" tru,,}` is not), that no member is written twice, escapes and control characters in
 * strings, and the number of elements. Ask `isWhole` before such an outcome is read or kept by the gateway itself.
 */
export type Depth = 'full' | 'envelope';

/**
 * Reads one message. The message keeps `bytes` and shares them: do not change them afterwards.
 *
 * Whether they are UTF-8 is not looked at; carriers do that.
 *
 * Throws `ProtocolError`: `too_large`, `too_deep`, `too_many_elements` (reading stopped at the cap),
 * `parse_error` (not JSON), `batch_not_allowed` (an array), and, once the text is known to be JSON,
 * `doubled_member` and `invalid_request`; these two carry the raw `id` where a request can be answered.
 *
 * Reading is linear in the length, whatever the text.
 */
export function readMessage(
  bytes: Uint8Array,
  limits: ReadLimits = DEFAULT_LIMITS,
  depth: Depth = 'full',
): Message {
  refuseLarge(bytes, limits);
  const scan = new Scanner(bytes, limits.depth, limits.elements);
  return read(scan, scan.space(0), depth, new Envelope());
}

function read(scan: Scanner, start: number, depth: Depth, envelope: Envelope): Message {
  if (scan.byteAt(start) !== OPEN_OBJECT) throw notAnObject(scan, start);
  envelope.read(scan, start, depth === 'envelope');
  return classify(scan.bytes, envelope, scan.doubled);
}

/** What the body of a POST holds. */
export type Body = (
  | { readonly batch: false; readonly messages: [Message] }
  | { readonly batch: true; readonly messages: (Message | Error)[] }
) & {
  /** Members around the message say who sent it, see `unwrap`; they are still in it. */
  readonly isWrapped: boolean;
};

/**
 * Reads one message or a batch (2025-03-26).
 *
 * Each message of a batch is read in full over its own part of the body; one that is refused stands as a
 * `ProtocolError` in its place and does not harm the others.
 *
 * Throws `ProtocolError` for the body as a whole: as `readMessage` for a single message; for an array
 * `too_large`, `too_deep`, `batch_empty`, `batch_too_long`, and `parse_error` if any part of it is not JSON.
 */
export function readBody(bytes: Uint8Array, limits: ReadLimits = DEFAULT_LIMITS): Body {
  refuseLarge(bytes, limits);
  const scan = new Scanner(bytes, limits.depth, limits.elements);
  const start = scan.space(0);
  if (scan.byteAt(start) !== OPEN_ARRAY) {
    const envelope = new Envelope();
    const messages: [Message] = [read(scan, start, 'full', envelope)];
    return { batch: false, messages, isWrapped: envelope.isWrapped };
  }
  return {
    batch: true,
    isWrapped: false,
    messages: readBatch(scan, start, limits.batch, (part) => readMessage(part, limits)),
  };
}

/** Deeper than any message may be: one that nests too deep must not take the others of its batch along. */
const ROUGH_DEPTH = 10_000;

/**
 * The messages of a batch of a server, as parts of its bytes that were not read yet: one that is broken, too deep or
 * no UTF-8 does not harm the others. Undefined when the text is no array.
 *
 * Throws `ProtocolError` for the batch as a whole: `too_large`, `batch_empty`, `batch_too_long`, and `parse_error`
 * for a bracket alone.
 */
export function partsOf(bytes: Uint8Array, limits: ReadLimits = DEFAULT_LIMITS): Uint8Array[] | undefined {
  refuseLarge(bytes, limits);
  const scan = new Scanner(bytes, ROUGH_DEPTH, limits.elements);
  const start = scan.space(0);
  return scan.byteAt(start) === OPEN_ARRAY ? roughParts(scan, start, limits.batch) : undefined;
}

/**
 * What `rewrite` and `rewriteParts` replace: each value is raw JSON (`1`, `"a"`). Members that the message
 * lacks are left absent.
 */
export interface Edits {
  id?: Uint8Array;
  progressToken?: Uint8Array;
  requestId?: Uint8Array;
  /** The id of the subscription that a notification belongs to. */
  subscription?: Uint8Array;
  /** Further places of the message, apart from those; none of them empty. */
  cuts?: readonly Cut[];
}

function refuseLarge(bytes: Uint8Array, limits: ReadLimits): void {
  if (bytes.length > limits.bytes) {
    throw new ProtocolError('too_large', `The message is larger than ${limits.bytes} bytes.`);
  }
}

/** JSON that is no object, or no JSON at all. */
function notAnObject(scan: Scanner, start: number): ProtocolError {
  const end = scan.space(scan.value(start));
  if (end !== scan.end) return broken(scan.bytes, end);
  return scan.byteAt(start) === OPEN_ARRAY
    ? new ProtocolError('batch_not_allowed', 'A batch of messages is not allowed here.')
    : new ProtocolError('invalid_request', 'A JSON-RPC message must be an object.');
}
