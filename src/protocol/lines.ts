/**
 * Messages as lines: one JSON text each, ended by LF (or CRLF).
 *
 * Source: MCP transports, stdio ("messages are delimited by newlines and MUST NOT contain embedded newlines").
 */
import { alike, oneLine } from './bytes.ts';

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
  /** The start of a line whose end has not come, `held` bytes in all, less what is in `block`. */
  private pending: Uint8Array[] = [];
  private held = 0;
  /** Small chunks at the end of what is pending: the first `filled` bytes. */
  private block: Uint8Array | undefined = undefined;
  private filled = 0;
  private isSkipping = false;
  /** The edges of the line that is being skipped. */
  private head: Uint8Array = NOTHING;
  private tail: Uint8Array = NOTHING;
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
    if (this.held === 0) return this.give(chunk.subarray(start, end), onLine);
    this.add(chunk.subarray(start, end));
    if (!this.offer()) this.give(this.take(), onLine);
  }

  /** Whether the line, complete now, was taken in pieces. */
  private offer(): boolean {
    if (!this.onPieces || this.pending.length < MANY || this.held > this.maxBytes) return false;
    this.seal();
    const last = this.pending.at(-1) as Uint8Array;
    if (last[last.length - 1] === CR || !this.onPieces(this.pending)) return false;
    this.reset();
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
      this.pass(part);
      return;
    }
    // One byte more may be the CR of a line end.
    const spare = part[part.length - 1] === CR ? 1 : 0;
    if (this.held + part.length > this.maxBytes + spare) this.overlong(part, true);
    else this.add(part);
  }

  private overlong(part: Uint8Array, goesOn: boolean): void {
    this.seal();
    const pieces = [...this.pending, part];
    const seen = this.held + part.length;
    this.reset();
    for (const piece of pieces) this.pass(piece);
    this.isSkipping = goesOn;
    this.onOverlong?.(seen);
    if (!goesOn) this.dropped(NOTHING);
  }

  /** Keeps the edges of what goes by. */
  private pass(part: Uint8Array): void {
    if (this.head.length < EDGE) this.head = concat(this.head, part.subarray(0, EDGE - this.head.length));
    this.tail = lastOf(this.tail, part);
  }

  private dropped(rest: Uint8Array): void {
    this.isSkipping = false;
    this.pass(rest);
    this.onDropped?.(this.head, this.tail);
    this.head = NOTHING;
    this.tail = NOTHING;
  }

  /**
   * Appends to what is pending. Chunks are kept as they came and put together once, at the end of the line;
   * small ones are gathered on the way once they are many, so that a line that drips in is no long list.
   */
  private add(part: Uint8Array): void {
    this.held += part.length;
    const room = this.block === undefined ? 0 : this.block.length - this.filled;
    if (part.length >= BLOCK || (this.pending.length < FEW && this.block === undefined)) {
      this.seal();
      this.pending.push(part);
    } else if (part.length <= room) {
      this.fill(part);
    } else {
      this.fill(part.subarray(0, room));
      this.seal();
      this.block = alike(part, BLOCK);
      this.fill(part.subarray(room));
    }
  }

  private fill(part: Uint8Array): void {
    this.block?.set(part, this.filled);
    this.filled += part.length;
  }

  private seal(): void {
    if (this.block !== undefined) this.pending.push(this.block.subarray(0, this.filled));
    this.block = undefined;
    this.filled = 0;
  }

  private take(): Uint8Array {
    this.seal();
    const { pending } = this;
    const first = pending[0];
    const taken = first === undefined || pending.length === 1 ? (first ?? NOTHING) : this.joined(first);
    this.reset();
    return taken;
  }

  private reset(): void {
    this.pending = [];
    this.held = 0;
  }

  private joined(first: Uint8Array): Uint8Array {
    const line = alike(first, this.held);
    let at = 0;
    for (const part of this.pending) {
      line.set(part, at);
      at += part.length;
    }
    return line;
  }
}

/** A line of fewer pieces is joined at once. */
const MANY = 3;

/** So many chunks are kept as they came: with 64 KiB each, a line of 16 MiB. */
const FEW = 256;

/** Chunks below this size are gathered in blocks of it: what a pipe gives at once. */
const BLOCK = 64 * 1024;
const NOTHING = new Uint8Array(0);

/** So much is kept of either end of a line that is too long: an id and what surrounds it. */
const EDGE = 256;

/** The last bytes of two pieces that follow each other. */
function lastOf(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (after.length >= EDGE) return Uint8Array.from(after.subarray(-EDGE));
  return concat(before.subarray(Math.max(0, before.length - (EDGE - after.length))), after);
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
