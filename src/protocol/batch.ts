/**
 * Takes a batch apart (JSON-RPC 2.0 section 6; MCP 2025-03-26).
 */
import { ProtocolError } from './errors.ts';
import type { Message } from './message.ts';
import type { Scanner } from './scanner.ts';
import { broken, CLOSE_ARRAY, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './text.ts';

/**
 * Reads each element of the array that starts at `from` and fills the text.
 * Throws `ProtocolError` for the array as a whole: `batch_empty`, `batch_too_long`, `parse_error`, `too_deep`.
 */
export function readBatch(
  scan: Scanner,
  from: number,
  longest: number,
  read: (part: Uint8Array) => Message,
): (Message | ProtocolError)[] {
  return split(scan, from, longest).map((part) => readPart(part, read));
}

/** The elements, told apart by their brackets and strings; what is in them is read later. */
function split(scan: Scanner, from: number, longest: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = scan.space(from + 1);
  if (scan.byteAt(at) === CLOSE_ARRAY) {
    expectEnd(scan, at + 1);
    throw new ProtocolError('batch_empty', 'The batch is empty.');
  }
  for (;;) {
    if (parts.length === longest) throw tooLong(longest);
    const end = scan.skim(at);
    parts.push(scan.bytes.subarray(at, end));
    at = scan.space(end);
    if (scan.byteAt(at) === CLOSE_ARRAY) break;
    if (scan.byteAt(at) !== COMMA) throw broken(scan.bytes, at);
    at = scan.space(at + 1);
  }
  expectEnd(scan, at + 1);
  return parts;
}

/**
 * The elements of the array that starts at `from`, whatever is in them: what stands between the commas that are in
 * no brackets and no string. Where brackets or strings do not end, the rest of the text is one element.
 * Throws `ProtocolError`: `batch_empty`, `batch_too_long`, and `parse_error` for a bracket alone.
 */
export function roughParts(scan: Scanner, from: number, longest: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = scan.space(from + 1);
  if (scan.byteAt(at) === CLOSE_ARRAY && scan.space(at + 1) === scan.end) {
    throw new ProtocolError('batch_empty', 'The batch is empty.');
  }
  while (at < scan.end) {
    if (parts.length === longest) throw tooLong(longest);
    const end = roughEnd(scan, at);
    parts.push(scan.bytes.subarray(at, end));
    // Behind the closing bracket nothing more should come; what does is an element that cannot be read.
    at = scan.space(end + 1);
  }
  if (parts.length === 0) throw broken(scan.bytes, scan.end);
  return parts;
}

/** The next comma or closing bracket of the array itself, or the end of the text. */
function roughEnd(scan: Scanner, from: number): number {
  let at = from;
  while (at < scan.end) {
    const c = scan.byteAt(at);
    if (c === COMMA || c === CLOSE_ARRAY) return at;
    if (c === OPEN_OBJECT || c === OPEN_ARRAY || c === QUOTE) at = passed(scan, at);
    else at++;
  }
  return scan.end;
}

function passed(scan: Scanner, from: number): number {
  try {
    return scan.skim(from);
  } catch {
    return scan.end;
  }
}

function tooLong(longest: number): ProtocolError {
  return new ProtocolError('batch_too_long', `The batch has more than ${longest} messages.`);
}

function expectEnd(scan: Scanner, from: number): void {
  const rest = scan.space(from);
  if (rest !== scan.end) throw broken(scan.bytes, rest);
}

function readPart(part: Uint8Array, read: (part: Uint8Array) => Message): Message | ProtocolError {
  try {
    return read(part);
  } catch (error) {
    // A part that is not JSON makes the whole body no JSON.
    if (error instanceof ProtocolError && error.word !== 'parse_error') return error;
    throw error;
  }
}
