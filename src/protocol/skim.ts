/**
 * Passes over a value without reading it: brackets must match and strings must end, no more is checked.
 *
 * For answers of upstream servers: large, and forwarded untouched.
 */
import { ProtocolError } from './errors.ts';
import { BACKSLASH, broken, QUOTE } from './text.ts';

/** The closing brackets that are awaited. Shared: a scan never yields. */
let awaited = new Uint8Array(64);

/** The bit in which `{` differs from `[`, and `}` from `]`. */
const CURLY = 0x20;

export function tooDeep(): ProtocolError {
  return new ProtocolError('too_deep', 'The message nests too many arrays and objects.');
}

/** From the opening bracket at `from` to behind the one that closes it; at most `room` levels. */
export function skim(bytes: Uint8Array, from: number, end: number, room: number): number {
  let level = 0;
  let at = from;
  while (at < end) {
    const c = bytes[at] as number;
    if (c === QUOTE) {
      at = skimString(bytes, at + 1, end);
      continue;
    }
    const folded = c | CURLY;
    if (folded === 0x7b) {
      if (level >= room) throw tooDeep();
      if (level >= awaited.length) awaited = grown(awaited);
      // The closing bracket of either kind stands two places behind the opening one.
      awaited[level++] = c + 2;
    } else if (folded === 0x7d) {
      if (awaited[--level] !== c) throw broken(bytes, at);
      if (level === 0) return at + 1;
    }
    at++;
  }
  throw broken(bytes, end);
}

/** A string is first walked over byte by byte, which is best for the many short ones. */
const SHORT = 96;
/** After this many escaped quotes close to each other, looking for the next quote is no gain. */
const PATIENCE = 4;

/** From behind the opening quote to behind the closing one. */
function skimString(bytes: Uint8Array, from: number, end: number): number {
  const near = Math.min(from + SHORT, end);
  let at = from;
  while (at < near) {
    const c = bytes[at] as number;
    if (c === QUOTE) return at + 1;
    at += c === BACKSLASH ? 2 : 1;
  }
  return skimLong(bytes, at, end);
}

/** Leaps from quote to quote while they are far apart, else walks. `from` is not behind a backslash. */
function skimLong(bytes: Uint8Array, from: number, end: number): number {
  let start = from;
  let close = 0;
  while (close < PATIENCE) {
    const quote = bytes.indexOf(QUOTE, start);
    if (quote < 0 || quote >= end) throw broken(bytes, end);
    if (!isEscaped(bytes, start, quote)) return quote + 1;
    close = quote - start < SHORT ? close + 1 : 0;
    start = quote + 1;
  }
  return walk(bytes, start, end);
}

/** Whether an odd number of backslashes stands before `quote`, none before `start` counted. */
function isEscaped(bytes: Uint8Array, start: number, quote: number): boolean {
  let at = quote;
  while (at > start && bytes[at - 1] === BACKSLASH) at--;
  return ((quote - at) & 1) === 1;
}

function walk(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const c = bytes[at] as number;
    if (c === QUOTE) return at + 1;
    at += c === BACKSLASH ? 2 : 1;
  }
  throw broken(bytes, end);
}

function grown(list: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(list.length * 2);
  larger.set(list);
  return larger;
}
