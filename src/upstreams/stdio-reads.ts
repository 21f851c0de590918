/**
 * Messages from a child's stdout: one a line, everything else dropped and reported.
 *
 * A child that writes rubbish costs a bounded part of our time: after so many bad lines in a second its stdout rests
 * until the second is over, and the kernel holds the child up. What it says properly in between is not lost.
 */
import type { Readable } from 'node:stream';
import type { Runtime, Timer } from '../engine/ports.ts';
import { type ErrorWord, ProtocolError } from '../protocol/errors.ts';
import { LineReader } from '../protocol/lines.ts';
import { readLong } from '../protocol/long.ts';
import { type Depth, type Message, partsOf, type ReadLimits, readMessage } from '../protocol/message.ts';
import { PerSecond, type Refusals } from './reports.ts';
import { instead, lostId, quotedId } from './lost-answers.ts';

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
  #isFinishing = false;
  #isStopped = false;
  /** The line at hand may lack its end: its child died while it wrote. */
  #isCut = false;

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
    stream.once('end', () => this.#flush());
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

  /** The child is dead: what it left is read without a pause or a rest, at most a chunk and a kernel buffer. */
  finish(): void {
    this.#isPaused = false;
    this.#isFinishing = true;
    this.#rest?.cancel();
    this.#endRest();
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

  #flush(): void {
    this.#isCut = true;
    this.#lines.flush(this.#onLine);
    this.#isCut = false;
  }

  #line(line: Uint8Array): void {
    if (this.#isStopped) return;
    if (this.#rest) this.#held.push(line);
    else this.#take(line);
  }

  #take(line: Uint8Array): void {
    if (isBlank(line)) return;
    try {
      // A server that negotiated 2025-03-26 may send several messages in one array.
      const parts = partsOf(line, this.#options.limits);
      if (!parts) return this.#takeOne(line, 'envelope');
      for (const part of parts) this.#takeOne(part, 'full');
    } catch (error) {
      this.#refuseError(error);
    }
  }

  #takeOne(part: Uint8Array, depth: Depth): void {
    const { limits, runtime } = this.#options;
    if (!runtime.isUtf8(part)) {
      this.#refuse('invalid_utf8', 'A line that is not UTF-8 was dropped.');
      return this.#tellBad(part, 'it is not UTF-8.');
    }
    let message: Message;
    try {
      message = readMessage(part, limits, depth);
    } catch (error) {
      this.#refuseError(error);
      return this.#tellBad(part, error instanceof ProtocolError ? error.message : 'it could not be read.');
    }
    this.#give(message);
  }

  #give(message: Message): void {
    const id = quotedId(message);
    if (id === undefined) return this.#options.onMessage(message);
    const why = `The number of a request was sent to it as ${id}, and came back as a string.`;
    this.#refuse('upstream_bad_answer', `An answer that fits no request was dropped: ${why}`);
    this.#tell(id, 'upstream_bad_answer', `The answer of the server was dropped: ${why}`);
  }

  /** An answer that was too long is still an answer: its caller is told, where its edges name the request. */
  #tellDropped(head: Uint8Array, tail: Uint8Array): void {
    const words = `The answer of the server was larger than ${this.#options.limits.bytes} bytes and was dropped.`;
    this.#tell(lostId(head, tail), 'answer_too_large', words);
  }

  /** The same for one that is no proper message. Where its child died over it, its callers learn that instead. */
  #tellBad(line: Uint8Array, why: string): void {
    if (this.#isCut) return;
    this.#tell(lostId(line, line), 'upstream_bad_answer', `The answer of the server was dropped: ${why}`);
  }

  #tell(id: string | undefined, word: ErrorWord, message: string): void {
    if (id !== undefined && !this.#isStopped) this.#options.onMessage(instead(id, word, message));
  }

  /** A long answer is passed on in the pieces it came in; anything else long is joined and read as a line. */
  #takeLong(pieces: readonly Uint8Array[]): boolean {
    if (this.#isStopped || this.#rest) return false;
    const { limits, runtime } = this.#options;
    const message = readLong(pieces, limits, (bytes) => runtime.isUtf8(bytes));
    if (message) this.#give(message);
    return message !== undefined;
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
    if (this.#rest || this.#isStopped || this.#isFinishing) return;
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

function isBlank(line: Uint8Array): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
