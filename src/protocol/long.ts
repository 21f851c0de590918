/**
 * Long answers in pieces: read without ever being put together.
 *
 * An answer of a megabyte is nearly always one long string (a picture, a file) with a little around it. What
 * lies within that string is left out while the rest is read, and put back, untouched, when the answer is
 * written. Where an answer is not of that kind, nothing is said of it, and it is joined and read like all the rest.
 */
import { copySpan } from './rewrite.ts';
import { readMessage, type Message, type ReadLimits } from './message.ts';
import { BACKSLASH, QUOTE } from './text.ts';

/** What was left out of a message's bytes: it stands before `bytes[at]`, within a string of the outcome. */
export interface Gap {
  readonly at: number;
  readonly pieces: readonly Uint8Array[];
}

/** With fewer pieces there is nothing between the first and the last that is worth the trouble. */
const FEW = 4;

/**
 * Reads an answer from pieces, or gives undefined when they must be joined to be judged.
 * @param isUtf8 the platform's check
 */
export function readLong(
  pieces: readonly Uint8Array[],
  limits: ReadLimits,
  isUtf8: (bytes: Uint8Array) => boolean,
): Message | undefined {
  if (pieces.length < FEW) return undefined;
  const { head, middle, tail } = divide(pieces);
  if (!endsInString(head) || !middle.every(isPlain) || !isUtf8InPieces(pieces, isUtf8)) return undefined;
  const message = tryRead(join(head, tail), limits);
  const at = head.length;
  if (message?.kind !== 'response' || message.outcome.start >= at || message.outcome.end <= at)
    return undefined;
  return { ...message, gap: { at, pieces: middle } };
}

/** What is around a long string is seldom more: so much of the first and the last piece is read. */
const EDGE = 4 * 1024;

/** The beginning and the end, which are read, and what lies between; the edges of the pieces are kept short. */
function divide(pieces: readonly Uint8Array[]) {
  const first = pieces[0] as Uint8Array;
  const last = pieces.at(-1) as Uint8Array;
  const headEnd =
    endsInString(first.subarray(0, EDGE)) && isPlain(first.subarray(EDGE)) ? EDGE : first.length;
  const tailStart = isPlain(last.subarray(0, -EDGE)) ? Math.max(0, last.length - EDGE) : 0;
  const middle = [first.subarray(headEnd), ...pieces.slice(1, -1), last.subarray(0, tailStart)];
  return {
    head: first.subarray(0, headEnd),
    middle: middle.filter((piece) => piece.length > 0),
    tail: last.subarray(tailStart),
  };
}

/** The value of `result` or `error`, whole, as a copy that is safe to keep. */
export function outcomeOf(message: Message): Uint8Array {
  const { bytes, outcome, gap } = message;
  if (!gap) return copySpan(bytes, outcome);
  const pieces = [bytes.subarray(outcome.start, gap.at), ...gap.pieces, bytes.subarray(gap.at, outcome.end)];
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** What is wrong with it is told when it is read whole. */
function tryRead(bytes: Uint8Array, limits: ReadLimits): Message | undefined {
  try {
    return readMessage(bytes, limits, 'envelope');
  } catch {
    return undefined;
  }
}

/** Neither ends the string it stands in, nor escapes what follows it. */
function isPlain(piece: Uint8Array): boolean {
  return piece.indexOf(QUOTE) < 0 && piece[piece.length - 1] !== BACKSLASH;
}

/** Whether a text that starts outside of strings ends within one, and not behind a backslash. */
function endsInString(bytes: Uint8Array): boolean {
  if (bytes[bytes.length - 1] === BACKSLASH) return false;
  let isInside = false;
  for (let quote = bytes.indexOf(QUOTE); quote >= 0; quote = bytes.indexOf(QUOTE, quote + 1)) {
    if (!isInside || !isEscaped(bytes, quote)) isInside = !isInside;
  }
  return isInside;
}

function isEscaped(bytes: Uint8Array, quote: number): boolean {
  let at = quote;
  while (at > 0 && bytes[at - 1] === BACKSLASH) at--;
  return ((quote - at) & 1) === 1;
}

/** UTF-8 whose characters may be cut between pieces. */
function isUtf8InPieces(pieces: readonly Uint8Array[], isUtf8: (bytes: Uint8Array) => boolean): boolean {
  let cut = new Uint8Array(0);
  for (const piece of pieces) {
    const missing = cut.length === 0 ? 0 : lengthOf(cut[0] as number) - cut.length;
    if (missing > piece.length) return false;
    if (missing > 0 && !isUtf8(join(cut, piece.subarray(0, missing)))) return false;
    const end = piece.length - cutAtEnd(piece);
    if (end < missing) return false;
    if (!isUtf8(piece.subarray(missing, end))) return false;
    cut = piece.slice(end);
  }
  return cut.length === 0;
}

/** How many bytes at the end begin a character that is not complete. */
function cutAtEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] as number;
    if ((byte & 0xc0) === 0x80) continue;
    return lengthOf(byte) > back ? back : 0;
  }
  return 0;
}

/** Bytes of the character that a byte begins (RFC 3629 section 3). */
function lengthOf(byte: number): number {
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 1;
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}
