/**
 * Splicing of raw values into a message, and small helpers on raw scalars.
 *
 * What is not replaced keeps its bytes: 64-bit integers, `1.0`, escapes and white space survive.
 */
import type { Edits, Message, Span } from './message.ts';
import { BACKSLASH, decodeString, QUOTE, sameBytes } from './text.ts';

interface Splice {
  readonly start: number;
  readonly end: number;
  readonly value: Uint8Array;
}

/** The message's bytes with the edits spliced in, as one new array; without edits the bytes themselves. */
export function rewrite(message: Message, edits: Edits): Uint8Array {
  const parts = rewriteParts(message, edits);
  if (parts.length === 1) return parts[0] as Uint8Array;
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The same in pieces: views into the message and the values themselves, nothing copied. */
export function rewriteParts(message: Message, edits: Edits): Uint8Array[] {
  const { bytes } = message;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const splice of splices(message, edits)) {
    parts.push(bytes.subarray(at, splice.start), splice.value);
    at = splice.end;
  }
  parts.push(at === 0 ? bytes : bytes.subarray(at));
  return parts;
}

/** What is to be replaced, in the order of the text. */
function splices(message: Message, edits: Edits): Splice[] {
  const found: Splice[] = [];
  addSplice(found, message.id, edits.id);
  addSplice(found, message.progressToken, edits.progressToken);
  addSplice(found, message.requestId, edits.requestId);
  return found.length > 1 ? found.sort((a, b) => a.start - b.start) : found;
}

function addSplice(found: Splice[], span: Span, value: Uint8Array | undefined): void {
  if (value !== undefined && span.end !== 0) found.push({ start: span.start, end: span.end, value });
}

/** Digits of the largest number that is surely exact as a double. */
const EXACT_DIGITS = 15;

/** The value of a raw id or token that is one of our own (a canonical non-negative integer), else -1. */
export function ownNumber(bytes: Uint8Array, span: Span): number {
  const { start, end } = span;
  const digits = end - start;
  if (digits < 1 || digits > EXACT_DIGITS) return -1;
  if (digits > 1 && bytes[start] === 0x30) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Whether two raw scalars mean the same id: strings compared after decoding, numbers by their text, so `1` is
 * neither `1.0` nor `"1"`. An absent one is like no other.
 */
export function sameScalar(a: Uint8Array, aSpan: Span, b: Uint8Array, bSpan: Span): boolean {
  if (aSpan.end === 0 || bSpan.end === 0) return false;
  const sameLength = aSpan.end - aSpan.start === bSpan.end - bSpan.start;
  if (sameLength && sameBytes(a, aSpan.start, aSpan.end, b, bSpan.start)) return true;
  if (a[aSpan.start] !== QUOTE || b[bSpan.start] !== QUOTE) return false;
  if (!hasEscape(a, aSpan) && !hasEscape(b, bSpan)) return false;
  return decoded(a, aSpan) === decoded(b, bSpan);
}

function hasEscape(bytes: Uint8Array, span: Span): boolean {
  for (let at = span.start; at < span.end; at++) if (bytes[at] === BACKSLASH) return true;
  return false;
}

function decoded(bytes: Uint8Array, span: Span): string {
  return decodeString(bytes, span.start + 1, span.end - 1);
}

/** A copy of the raw bytes of a span, safe to keep; empty when the member is absent. */
export function copySpan(bytes: Uint8Array, span: Span): Uint8Array {
  const copy = new Uint8Array(span.end - span.start);
  for (let i = 0; i < copy.length; i++) copy[i] = bytes[span.start + i] as number;
  return copy;
}
