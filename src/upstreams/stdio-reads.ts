/**
 * Messages from a child's stdout: one a line, everything else dropped and reported.
 *
 * A child that writes rubbish costs a bounded part of our time: after so many bad lines in a second its stdout rests
 * until the second is over, and the kernel holds the child up. What it says properly in between is not lost.
 */
import type { Readable } from 'node:stream';
import type { Runtime, Timer } from '../engine/ports.ts';
import { errorResponse, ProtocolError } from '../protocol/errors.ts';
import { LineReader } from '../protocol/lines.ts';
import { readLong } from '../protocol/long.ts';
import { type Message, type ReadLimits, readBody, readMessage } from '../protocol/message.ts';
import { PerSecond, type Refusals } from './reports.ts';

/** Some 5 ms of our time. */
const BAD_LINES_PER_SECOND = 1_000;

export interface ReadOptions {
  readonly limits: ReadLimits;
  readonly runtime: Runtime;
  readonly refusals: Refusals;
  readonly onMessage: (message: Message) => void;
}

export class MessageReader {
  readonly #stream: Readable;
  readonly #options: ReadOptions;
  readonly #lines: LineReader;
  readonly #bad: PerSecond;
  readonly #onLine = (line: Uint8Array): void => this.#line(line);
  readonly #onData = (chunk: Uint8Array): void => this.#lines.push(chunk, this.#onLine);
  /** Lines of the present chunk that wait for the end of a rest; no chunk is read meanwhile. */
  #held: Uint8Array[] = [];
  #rest: Timer | undefined;
  #isPaused = false;
  #isStopped = false;

  constructor(stream: Readable, options: ReadOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#bad = new PerSecond(BAD_LINES_PER_SECOND, () => options.runtime.now());
    this.#lines = new LineReader({
      maxBytes: options.limits.bytes,
      onOverlong: () => {
        const message = `A line of more than ${options.limits.bytes} bytes was dropped; raise maxLineBytes of the server.`;
        this.#refuse('line_too_long', message);
      },
      onDropped: (head, tail) => this.#tellDropped(head, tail),
      onPieces: (pieces) => this.#takeLong(pieces),
    });
    stream.on('data', this.#onData);
    // The last line may lack its end.
    stream.once('end', () => this.#lines.flush(this.#onLine));
  }

  pause(): void {
    this.#isPaused = true;
    this.#stream.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#flow();
  }

  /** The child is dead: what it left in the pipe is read without a pause, at most a kernel buffer. */
  finish(): void {
    this.#isPaused = false;
    this.#flow();
  }

  /** No more messages; whatever the child still writes is thrown away, so that it can end. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#rest?.cancel();
    this.#rest = undefined;
    this.#held = [];
    this.#stream.off('data', this.#onData);
    this.#stream.resume();
  }

  #flow(): void {
    if (this.#held.length === 0 && !this.#rest && !this.#isPaused && !this.#isStopped) this.#stream.resume();
  }

  #line(line: Uint8Array): void {
    if (this.#isStopped) return;
    if (this.#rest) this.#held.push(line);
    else this.#take(line);
  }

  #take(line: Uint8Array): void {
    if (isBlank(line)) return;
    const { limits, runtime, onMessage } = this.#options;
    if (!runtime.isUtf8(line)) return this.#refuse('invalid_utf8', 'A line that is not UTF-8 was dropped.');
    let message: Message;
    try {
      message = readMessage(line, limits, 'envelope');
    } catch (error) {
      return this.#isBatch(error) ? this.#takeBatch(line) : this.#refuseError(error);
    }
    onMessage(message);
  }

  /** An answer that was too long is still an answer: its caller is told, where its edges name the request. */
  #tellDropped(head: Uint8Array, tail: Uint8Array): void {
    const id = droppedId(head, tail);
    if (id === undefined || this.#isStopped) return;
    const words = `The answer of the server was larger than ${this.#options.limits.bytes} bytes and was dropped.`;
    const answer = errorResponse(new TextEncoder().encode(id), 'answer_too_large', words);
    this.#options.onMessage(readMessage(answer));
  }

  /** A long answer is passed on in the pieces it came in; anything else long is joined and read as a line. */
  #takeLong(pieces: readonly Uint8Array[]): boolean {
    if (this.#isStopped || this.#rest) return false;
    const { limits, runtime, onMessage } = this.#options;
    const message = readLong(pieces, limits, (bytes) => runtime.isUtf8(bytes));
    if (message) onMessage(message);
    return message !== undefined;
  }

  /** A server that negotiated 2025-03-26 may send several messages in one array. */
  #takeBatch(line: Uint8Array): void {
    try {
      const { messages } = readBody(line, this.#options.limits);
      for (const message of messages) {
        if (message instanceof Error) this.#refuseError(message);
        else this.#options.onMessage(message);
      }
    } catch (error) {
      this.#refuseError(error);
    }
  }

  #isBatch(error: unknown): boolean {
    return error instanceof ProtocolError && error.word === 'batch_not_allowed';
  }

  #refuseError(error: unknown): void {
    if (error instanceof ProtocolError) {
      this.#refuse(error.word, `A line that is not a message was dropped: ${error.message}`);
    } else {
      this.#refuse('internal_error', 'A line that could not be read was dropped.');
    }
  }

  #refuse(code: string, message: string): void {
    this.#options.refusals.report(code, message);
    if (!this.#bad.allow()) this.#startRest();
  }

  #startRest(): void {
    if (this.#rest || this.#isStopped) return;
    this.#stream.pause();
    this.#rest = this.#options.runtime.after(this.#bad.restMs, () => this.#endRest());
  }

  #endRest(): void {
    this.#rest = undefined;
    const held = this.#held;
    this.#held = [];
    // A line of these may begin the next rest: what follows it is held again.
    for (const line of held) this.#line(line);
    this.#flow();
  }
}

/**
 * The number of the request that an answer is for, from its first or last bytes. Our numbers are integers; servers
 * write the id right at the beginning or, as the SDKs do, at the very end.
 */
function droppedId(head: Uint8Array, tail: Uint8Array): string | undefined {
  const start = new TextDecoder().decode(head);
  if (/"method"\s*:/.test(start)) return undefined;
  const end = new TextDecoder().decode(tail);
  const first = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*,/.exec(start);
  const last = /\}\s*,\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,15})\s*\}\s*$/.exec(end);
  return first?.[1] ?? last?.[1];
}

function isBlank(line: Uint8Array): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
