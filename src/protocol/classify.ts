/**
 * Decides what a walked-over message is, or why it is refused.
 *
 * Source: JSON-RPC 2.0 sections 4 and 5; MCP base protocol.
 */
import type { Envelope } from './envelope.ts';
import { ProtocolError } from './errors.ts';
import type { Message, MessageKind, Span } from './message.ts';
import { internMethod } from './methods.ts';
import { decodeString } from './decode.ts';
import { OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './text.ts';

// Not frozen: that would give it another hidden class than the spans that are present.
const ABSENT: Span = { start: 0, end: 0 };

/** Throws `ProtocolError`: `doubled_member` or `invalid_request`. */
export function classify(bytes: Uint8Array, found: Envelope, doubled: number): Message {
  if (doubled >= 0) throw refused(bytes, found, 'doubled_member', doubledAt(doubled));
  if (!isTwoPointZero(bytes, found)) throw invalid(bytes, found, '`jsonrpc` must be "2.0".');
  if (found.methodEnd !== 0) return asked(bytes, found);
  return answered(bytes, found);
}

/** A request or a notification. */
function asked(bytes: Uint8Array, found: Envelope): Message {
  if (found.resultEnd !== 0 || found.errorEnd !== 0) {
    throw invalid(bytes, found, 'A message with `method` must have neither `result` nor `error`.');
  }
  if (bytes[found.methodStart] !== QUOTE) throw invalid(bytes, found, '`method` must be a string.');
  if (found.idEnd !== 0 && !isScalarId(bytes[found.idStart])) {
    throw invalid(bytes, found, 'The `id` of a request must be a string or a number.');
  }
  const first = bytes[found.paramsStart];
  if (found.paramsEnd !== 0 && first !== OPEN_OBJECT && first !== OPEN_ARRAY) {
    throw invalid(bytes, found, '`params` must be an object.');
  }
  const kind: MessageKind = found.idEnd !== 0 ? 'request' : 'notification';
  const method = internMethod(bytes, found.methodStart + 1, found.methodEnd - 1);
  const targetSpan = targetOf(bytes, found, method);
  return {
    bytes,
    kind,
    id: span(found.idStart, found.idEnd),
    method,
    params: span(found.paramsStart, found.paramsEnd),
    target: decoded(bytes, targetSpan),
    targetSpan,
    progressToken: progressTokenOf(bytes, found, kind, method),
    requestId:
      method === 'notifications/cancelled' && kind === 'notification'
        ? scalar(bytes, found.requestIdStart, found.requestIdEnd)
        : ABSENT,
    outcome: ABSENT,
    claims: found.claims,
    meta: found.isMetaOdd ? undefined : span(found.metaStart, found.metaEnd),
  };
}

/** A response or an error. */
function answered(bytes: Uint8Array, found: Envelope): Message {
  const isError = found.errorEnd !== 0;
  if (isError === (found.resultEnd !== 0)) {
    throw invalid(bytes, found, 'A message must have one of `method`, `result` and `error`.');
  }
  if (isError && bytes[found.errorStart] !== OPEN_OBJECT) {
    throw invalid(bytes, found, '`error` must be an object.');
  }
  const hasId = found.idEnd !== 0 && isScalarId(bytes[found.idStart]);
  const mayLackId = isError && (found.idEnd === 0 || bytes[found.idStart] === LOWER_N);
  if (!hasId && !mayLackId) {
    throw invalid(bytes, found, 'The `id` of an answer must be a string or a number.');
  }
  return {
    bytes,
    kind: isError ? 'error' : 'response',
    id: hasId ? span(found.idStart, found.idEnd) : ABSENT,
    method: '',
    params: ABSENT,
    target: undefined,
    targetSpan: ABSENT,
    progressToken: ABSENT,
    requestId: ABSENT,
    outcome: isError ? span(found.errorStart, found.errorEnd) : span(found.resultStart, found.resultEnd),
    claims: undefined,
    meta: ABSENT,
  };
}

const LOWER_N = 0x6e;

/** Whether a value that starts with this byte is a string or a number. */
function isScalarId(first: number | undefined): boolean {
  return first === QUOTE || first === 0x2d || (first !== undefined && first >= 0x30 && first <= 0x39);
}

function isTwoPointZero(bytes: Uint8Array, found: Envelope): boolean {
  const at = found.jsonrpcStart;
  if (found.jsonrpcEnd === 0 || bytes[at] !== QUOTE) return false;
  if (found.jsonrpcEnd - at === 5) {
    return bytes[at + 1] === 0x32 && bytes[at + 2] === 0x2e && bytes[at + 3] === 0x30;
  }
  return decodeString(bytes, at + 1, found.jsonrpcEnd - 1) === '2.0';
}

/**
 * The `uri` counts first where the server looks at it alone: otherwise a `name` beside it could let a call
 * pass that is about something else. The one that counts is not replaced by the other when it is no string.
 */
function targetOf(bytes: Uint8Array, found: Envelope, method: string): Span {
  if (method === 'completion/complete') return refTargetOf(bytes, found);
  const isUri = found.uriEnd !== 0 && (found.nameEnd === 0 || isAboutResource(method));
  return isUri ? text(bytes, found.uriStart, found.uriEnd) : text(bytes, found.nameStart, found.nameEnd);
}

/** MCP, completion: `ref/resource` has a `uri`, `ref/prompt` has a `name`. */
function refTargetOf(bytes: Uint8Array, found: Envelope): Span {
  const type = decoded(bytes, text(bytes, found.refTypeStart, found.refTypeEnd));
  return type === 'ref/resource'
    ? text(bytes, found.refUriStart, found.refUriEnd)
    : text(bytes, found.refNameStart, found.refNameEnd);
}

function isAboutResource(method: string): boolean {
  return method.startsWith('resources/') || method.startsWith('notifications/resources/');
}

/** A string; anything else counts as absent. */
function text(bytes: Uint8Array, start: number, end: number): Span {
  return end !== 0 && bytes[start] === QUOTE ? { start, end } : ABSENT;
}

function decoded(bytes: Uint8Array, { start, end }: Span): string | undefined {
  return end === 0 ? undefined : decodeString(bytes, start + 1, end - 1);
}

function progressTokenOf(bytes: Uint8Array, found: Envelope, kind: MessageKind, method: string): Span {
  if (kind === 'request') return scalar(bytes, found.metaTokenStart, found.metaTokenEnd);
  if (method === 'notifications/progress') return scalar(bytes, found.tokenStart, found.tokenEnd);
  return ABSENT;
}

/** A string or a number; anything else counts as absent. */
function scalar(bytes: Uint8Array, start: number, end: number): Span {
  return end !== 0 && isScalarId(bytes[start]) ? { start, end } : ABSENT;
}

function span(start: number, end: number): Span {
  return end === 0 ? ABSENT : { start, end };
}

function doubledAt(offset: number): string {
  return `A member is written twice in the same object, the second time at offset ${offset}.`;
}

function invalid(bytes: Uint8Array, found: Envelope, message: string): ProtocolError {
  return refused(bytes, found, 'invalid_request', message);
}

/** Carries the id, unless the message looks like an answer: those are not answered. */
function refused(
  bytes: Uint8Array,
  found: Envelope,
  word: 'invalid_request' | 'doubled_member',
  message: string,
): ProtocolError {
  const isAnswer = found.resultEnd !== 0 || found.errorEnd !== 0;
  const isTold = found.idEnd !== 0 && !found.idDoubled && isScalarId(bytes[found.idStart]);
  const id = isTold && !isAnswer ? bytes.slice(found.idStart, found.idEnd) : undefined;
  return new ProtocolError(word, message, id);
}
