/**
 * Messages as lines: one JSON text each, ended by LF (or CRLF).
 *
 * Source: MCP transports, stdio ("messages are delimited by newlines and MUST NOT contain embedded newlines").
 */
import { alike, oneLine } from './bytes.ts';
import { Edges, joined, Pieces } from './pieces.ts';

export { oneLine } from './bytes.ts';

const LF = 0x0a;
const CR = 0x0d;

/** The bytes as a line: line breaks in it become spaces, and one LF is put at the end. */
export function encodeLine(bytes: Uint8Array): Uint8Array {
  const text = oneLine(bytes);
  const line = alike(bytes, text.length + 1);
  line.set(text);
  line[text.length] = LF;
  return line;
}

export interface LineReaderOptions {
  /** The longest line that is given, in bytes without its end. No default: it depends on who writes. */
  readonly maxBytes: number;
  /**
   * Called once for each line that is longer, as soon as that is known. `bytesSeen` is how much of it has come
   * so far. The rest of the line is skipped.
   */
  readonly onOverlong?: (bytesSeen: number) => void;
  /** Called when such a line has ended, with its first and its last bytes: they may tell whose it was. */
  readonly onDropped?: (head: Uint8Array, tail: Uint8Array) => void;
  /**
   * Offered a line that came in several pieces, before it is joined. True when it was taken; otherwise
   * `onLine` gets it joined. The pieces are views into chunks.
   */
  readonly onPieces?: (pieces: readonly Uint8Array[]) => boolean;
}

/**
 * Cuts a stream of chunks into lines, wherever the chunks are split.
 *
 * A line within one chunk is a view into that chunk (so chunks must not be used again by who pushes them); one
 * that spans several is copied together, in time linear in its length. Empty lines are left out. Between chunks
 * it keeps at most one chunk or `maxBytes` + 1 bytes, whichever is more, and one block of 64 KiB.
 */
export class LineReader {
  private readonly maxBytes: number;
  private readonly onOverlong: ((bytesSeen: number) => void) | undefined;
  /** The start of a line whose end has not come. */
  private readonly pending = new Pieces();
  private isSkipping = false;
  /** The edges of the line that is being skipped. */
  private edges = new Edges();
  private readonly onDropped: ((head: Uint8Array, tail: Uint8Array) => void) | undefined;
  private readonly onPieces: ((pieces: readonly Uint8Array[]) => boolean) | undefined;

  constructor(options: LineReaderOptions) {
    this.maxBytes = options.maxBytes;
    this.onOverlong = options.onOverlong;
    this.onDropped = options.onDropped;
    this.onPieces = options.onPieces;
  }

  /** Takes a chunk and calls `onLine` for every line that ends in it, in order. `onLine` must not throw. */
  push(chunk: Uint8Array, onLine: (line: Uint8Array) => void): void {
    let at = 0;
    while (at < chunk.length) {
      const end = chunk.indexOf(LF, at);
      if (end < 0) return this.hold(at === 0 ? chunk : chunk.subarray(at));
      if (this.isSkipping) this.dropped(chunk.subarray(at, end));
      else this.finish(chunk, at, end, onLine);
      at = end + 1;
    }
  }

  /** The stream has ended: gives what stands behind the last line end, if anything. */
  flush(onLine: (line: Uint8Array) => void): void {
    const line = this.take();
    this.isSkipping = false;
    this.give(line, onLine);
  }

  private finish(chunk: Uint8Array, start: number, end: number, onLine: (line: Uint8Array) => void): void {
    if (this.pending.size === 0) return this.give(chunk.subarray(start, end), onLine);
    this.pending.add(chunk.subarray(start, end));
    if (!this.offer()) this.give(this.take(), onLine);
  }

  /** Whether the line, complete now, was taken in pieces. */
  private offer(): boolean {
    if (!this.onPieces || this.pending.size > this.maxBytes) return false;
    const pieces = this.pending.all;
    const last = pieces.at(-1) as Uint8Array;
    if (pieces.length < MANY || last[last.length - 1] === CR || !this.onPieces(pieces)) return false;
    this.pending.take();
    return true;
  }

  private give(raw: Uint8Array, onLine: (line: Uint8Array) => void): void {
    const last = raw.length - 1;
    const line = raw[last] === CR ? raw.subarray(0, last) : raw;
    if (line.length > this.maxBytes) this.overlong(line, false);
    else if (line.length > 0) onLine(line);
  }

  /** Keeps the start of a line, unless it is known to be too long. */
  private hold(part: Uint8Array): void {
    if (this.isSkipping) {
      this.edges.pass(part);
      return;
    }
    // One byte more may be the CR of a line end.
    const spare = part[part.length - 1] === CR ? 1 : 0;
    if (this.pending.size + part.length > this.maxBytes + spare) this.overlong(part, true);
    else this.pending.add(part);
  }

  private overlong(part: Uint8Array, goesOn: boolean): void {
    const seen = this.pending.size + part.length;
    for (const piece of this.pending.take()) this.edges.pass(piece);
    this.edges.pass(part);
    this.isSkipping = goesOn;
    this.onOverlong?.(seen);
    if (!goesOn) this.dropped(NOTHING);
  }

  private dropped(rest: Uint8Array): void {
    this.isSkipping = false;
    this.edges.pass(rest);
    this.onDropped?.(this.edges.head, this.edges.tail);
    this.edges = new Edges();
  }

  private take(): Uint8Array {
    return joined(this.pending.take());
  }
}

/** A line of fewer pieces is joined at once. */
const MANY = 3;

const NOTHING = new Uint8Array(0);
