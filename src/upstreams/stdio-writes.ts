/**
 * Lines for a child. All lines of one turn of the event loop leave in one write: system calls are the dearest part of
 * a relay, and a child that finds ten lines in one read works cheaper, too.
 */
import type { Writable } from 'node:stream';
import { oneLine } from '../protocol/lines.ts';

/** Up to here lines are copied into one buffer; larger ones go by reference, gathered by the kernel. */
const COPY_BYTES = 64 * 1024;
const NEWLINE = new Uint8Array([0x0a]);

/** Writers with lines that wait for the end of this turn; one wake-up serves all links of the process. */
let waiting: LineWriter[] = [];

function flushAll(): void {
  const writers = waiting;
  waiting = [];
  for (const writer of writers) writer.flush();
}

export class LineWriter {
  readonly #stream: Writable;
  #lines: Uint8Array[] = [];
  /** Bytes of `#lines`, line ends included. */
  #bytes = 0;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Takes one message, which must not be changed afterwards. Line breaks within it are made harmless. */
  write(message: Uint8Array): void {
    const line = oneLine(message);
    if (this.#lines.length === 0) {
      if (waiting.length === 0) setImmediate(flushAll);
      waiting.push(this);
    }
    this.#lines.push(line);
    this.#bytes += line.length + 1;
  }

  /** Bytes taken and not yet given to the kernel. */
  get queued(): number {
    return this.#bytes + this.#stream.writableLength;
  }

  /** Writes what waits now rather than at the end of the turn. */
  flush(): void {
    const lines = this.#lines;
    const bytes = this.#bytes;
    if (lines.length === 0) return;
    this.#lines = [];
    this.#bytes = 0;
    if (!this.#stream.writable) return;
    if (bytes <= COPY_BYTES) this.#stream.write(joined(lines, bytes));
    else writeGathered(this.#stream, lines);
  }

  /** Forgets what waits. */
  drop(): void {
    this.#lines = [];
    this.#bytes = 0;
  }
}

function joined(lines: readonly Uint8Array[], bytes: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const line of lines) {
    buffer.set(line, at);
    at += line.length;
    buffer[at] = 0x0a;
    at += 1;
  }
  return buffer;
}

function writeGathered(stream: Writable, lines: readonly Uint8Array[]): void {
  stream.cork();
  for (const line of lines) {
    stream.write(line);
    stream.write(NEWLINE);
  }
  stream.uncork();
}
