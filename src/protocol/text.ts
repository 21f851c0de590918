/**
 * Strings, numbers, literals and white space of JSON, byte by byte.
 *
 * Every `skip…` takes the offset where something starts and the offset where the text ends, and returns the
 * offset just behind it; what is not JSON throws `ProtocolError` (`parse_error`). Nothing is decoded or copied.
 *
 * Source: RFC 8259 sections 2, 3, 6 and 7.
 */
import { ProtocolError } from './errors.ts';

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
const MINUS = 0x2d;
const LOWER_U = 0x75;

/** The error for a byte that cannot stand where it stands. */
export function broken(bytes: Uint8Array, at: number): ProtocolError {
  if (at >= bytes.length) return new ProtocolError('parse_error', 'The JSON ends too early.');
  if (at === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    return new ProtocolError('parse_error', 'The JSON must not start with a byte order mark.');
  }
  return new ProtocolError('parse_error', `The text is not JSON: unexpected byte at offset ${at}.`);
}

/** Skips space, tab, LF and CR; never throws. */
export function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const c = bytes[at] as number;
    if (c > 0x20 || (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09)) break;
    at++;
  }
  return at;
}

/** 1 for the bytes at which a string ends, escapes or breaks. */
const STOPS = new Uint8Array(256).fill(1, 0, 0x20);
STOPS[QUOTE] = 1;
STOPS[BACKSLASH] = 1;

/** Skips a string in full; `from` is the offset behind the opening quote. */
export function skipString(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (;;) {
    at = skipPlain(bytes, at, end);
    const c = at < end ? (bytes[at] as number) : 0;
    if (c === QUOTE) return at + 1;
    if (c !== BACKSLASH) throw broken(bytes, at);
    at = skipEscape(bytes, at + 1, end);
  }
}

/** To the next byte that stops a string: four at a time, which takes a third of the time. */
export function skipPlain(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at + 4 <= end) {
    const a = STOPS[bytes[at] as number] as number;
    const b = STOPS[bytes[at + 1] as number] as number;
    const c = STOPS[bytes[at + 2] as number] as number;
    const d = STOPS[bytes[at + 3] as number] as number;
    if ((a | b | c | d) !== 0) break;
    at += 4;
  }
  while (at < end && STOPS[bytes[at] as number] === 0) at++;
  return at;
}

/** Skips an escape; `from` is the offset behind the backslash. Lone surrogates are allowed (RFC 8259 8.2). */
function skipEscape(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end) throw broken(bytes, end);
  const c = bytes[from] as number;
  if (c === LOWER_U) {
    for (let at = from + 1; at < from + 5; at++) {
      if (at >= end || !isHex(bytes[at] as number)) throw broken(bytes, Math.min(at, end));
    }
    return from + 5;
  }
  // " \ / b f n r t
  if (c === QUOTE || c === BACKSLASH || c === 0x2f) return from + 1;
  if (c === 0x62 || c === 0x66 || c === 0x6e || c === 0x72 || c === 0x74) return from + 1;
  throw broken(bytes, from);
}

/** Skips a number, `true`, `false` or `null`. */
export function skipScalar(bytes: Uint8Array, from: number, end: number): number {
  const c = from < end ? (bytes[from] as number) : 0;
  if (c === MINUS || isDigit(c)) return skipNumber(bytes, from, end);
  if (c === 0x74) return skipWord(bytes, from, end, TRUE);
  if (c === 0x66) return skipWord(bytes, from, end, FALSE);
  if (c === 0x6e) return skipWord(bytes, from, end, NULL);
  throw broken(bytes, from);
}

const encoder = new TextEncoder();
const TRUE = encoder.encode('true');
const FALSE = encoder.encode('false');
const NULL = encoder.encode('null');

function skipWord(bytes: Uint8Array, from: number, end: number, word: Uint8Array): number {
  for (let i = 0; i < word.length; i++) {
    if (from + i >= end || bytes[from + i] !== word[i]) throw broken(bytes, Math.min(from + i, end));
  }
  return from + word.length;
}

function skipNumber(bytes: Uint8Array, from: number, end: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  at = at < end && bytes[at] === 0x30 ? at + 1 : skipDigits(bytes, at, end);
  if (at < end && bytes[at] === 0x2e) at = skipDigits(bytes, at + 1, end);
  if (at < end && ((bytes[at] as number) | 0x20) === 0x65) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === MINUS)) at++;
    at = skipDigits(bytes, at, end);
  }
  return at;
}

/** One digit or more. */
function skipDigits(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && isDigit(bytes[at] as number)) at++;
  if (at === from) throw broken(bytes, from);
  return at;
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

function isHex(c: number): boolean {
  return isDigit(c) || ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x66);
}

/** Whether two ranges of bytes are the same. */
export function sameBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
): boolean {
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}
