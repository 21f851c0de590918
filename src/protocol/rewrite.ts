/**
 * Splicing of raw values into a message, and small helpers on raw scalars.
 *
 * What is not replaced keeps its bytes: 64-bit integers, `1.0`, escapes and white space survive.
 */
import { alike } from './bytes.ts';
import type { Cut } from './cuts.ts';
import type { Gap } from './long.ts';
import type { Edits, Message, Span } from './message.ts';
import { decodeString } from './decode.ts';
import { BACKSLASH, QUOTE, sameBytes } from './text.ts';

/** The message's bytes with the edits spliced in, as one new array; without edits the bytes themselves. */
export function rewrite(message: Message, edits: Edits): Uint8Array {
  const parts = rewriteParts(message, edits);
  if (parts.length === 1) return message.bytes;
  let length = 0;
  for (let i = 0; i < parts.length; i++) length += (parts[i] as Uint8Array).length;
  const out = alike(message.bytes, length);
  for (let i = 0, at = 0; i < parts.length; i++) {
    const part = parts[i] as Uint8Array;
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/**
 * The same message about something else, as if its sender had named that; spliced in when the message is written.
 * @param target what it is about @param json the same as JSON text
 */
export function retarget(message: Message, target: string, json: Uint8Array): Message {
  const { bytes, kind, id, method, params, targetSpan, progressToken, requestId, outcome, claims, meta } =
    message;
  const to = { target, targetSpan, targetJson: json };
  return { bytes, kind, id, method, params, ...to, progressToken, requestId, outcome, claims, meta };
}

/** From this size on (32 KiB) a message is not copied to be changed. */
const LARGE = 32 * 1024;

/** The message with the edits spliced in: one array, or pieces when copying it would cost more than they do. */
export function splice(message: Message, edits: Edits): Uint8Array | Uint8Array[] {
  const isLarge = message.gap !== undefined || message.bytes.length >= LARGE;
  return isLarge ? rewriteParts(message, edits) : rewrite(message, edits);
}

/** The same in pieces: views into the message and the values themselves, nothing copied. */
export function rewriteParts(message: Message, edits: Edits): Uint8Array[] {
  const { bytes } = message;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (let next = firstFrom(message, edits, at); next !== undefined; next = firstFrom(message, edits, at)) {
    const value = valueOf(message, edits, next);
    parts.push(bytes.subarray(at, next.start), value);
    at = next.end;
  }
  parts.push(at === 0 ? bytes : bytes.subarray(at));
  return message.gap ? withGap(parts, message.gap, message) : parts;
}

/** Puts back what was left out. It stands within a view into the message, never within a value spliced in. */
export function withGap(parts: readonly Uint8Array[], gap: Gap, { bytes }: Message): Uint8Array[] {
  const whole: Uint8Array[] = [];
  for (const part of parts) {
    const start = part.byteOffset - bytes.byteOffset;
    const isView = part.buffer === bytes.buffer && start < gap.at && start + part.length > gap.at;
    if (!isView) whole.push(part);
    else whole.push(part.subarray(0, gap.at - start), ...gap.pieces, part.subarray(gap.at - start));
  }
  return whole;
}

/** The first span from an offset on that is to be replaced. Spans never overlap. */
function firstFrom(message: Message, edits: Edits, from: number): Span | undefined {
  let first: Span | undefined;
  if (edits.id !== undefined) first = earlier(first, message.id, from);
  if (edits.progressToken !== undefined) first = earlier(first, message.progressToken, from);
  if (edits.requestId !== undefined) first = earlier(first, message.requestId, from);
  if (edits.subscription !== undefined && message.claims)
    first = earlier(first, message.claims.subscription, from);
  if (message.targetJson !== undefined) first = earlier(first, message.targetSpan, from);
  if (edits.cuts !== undefined) for (const cut of edits.cuts) first = earlier(first, cut, from);
  return first;
}

function earlier(first: Span | undefined, span: Span, from: number): Span | undefined {
  if (span.end === 0 || span.start < from) return first;
  return first === undefined || span.start < first.start ? span : first;
}

function valueOf(message: Message, edits: Edits, span: Span): Uint8Array {
  if (span === message.id) return edits.id as Uint8Array;
  if (span === message.targetSpan) return message.targetJson as Uint8Array;
  if (span === message.claims?.subscription) return edits.subscription as Uint8Array;
  if ('by' in span) return (span as Cut).by;
  return (span === message.progressToken ? edits.progressToken : edits.requestId) as Uint8Array;
}

/** Digits of the largest number that is surely exact as a double. */
const EXACT_DIGITS = 15;

/** Where the whole part of a number ends, when nothing but zeros follows its point; else the end of it all. */
function wholePart(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1] === 0x30) at--;
  return at < end && bytes[at - 1] === 0x2e ? at - 1 : end;
}

/**
 * The value of a raw id or token that is one of our own (a canonical non-negative integer), else -1. Peers whose
 * numbers are all fractions may write `1.0` for `1`.
 */
export function ownNumber(bytes: Uint8Array, span: Span): number {
  const { start, end } = span;
  const digits = wholePart(bytes, start, end) - start;
  if (digits < 1 || digits > EXACT_DIGITS) return -1;
  if (digits > 1 && bytes[start] === 0x30) return -1;
  let value = 0;
  for (let at = start; at < start + digits; at++) {
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
