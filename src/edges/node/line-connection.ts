/**
 * A `Connection` over a stream of lines: what is written at once is one line; what is written in one turn leaves in
 * one system call.
 *
 * Everything said to one client shares it, whoever says it, so it holds the cap itself: past it the client is too
 * slow, and nothing more is said.
 */
import type { Writable } from 'node:stream';
import { sizeOf } from '../../engine/bytes.ts';
import type { Bytes, CloseReason, Connection } from '../../engine/ports.ts';
import { oneLine } from '../../protocol/lines.ts';
import { takenBytes } from './connection.ts';
import { TurnFlush, type Flushable } from './turn.ts';

/** Above so many waiting bytes the writer is asked to wait for the drain. */
const HIGH_WATER = 256 * 1024;
/** Up to here lines are copied into one buffer; larger ones go by reference, gathered by the kernel. */
const COPY_BYTES = 64 * 1024;
const NEWLINE = new Uint8Array([0x0a]);

/** Why nothing is said any more: a reason of ours, or the client does not read any more. */
export type LineEnd = CloseReason | 'gone';

export interface LineConnectionOptions {
  readonly output: Writable;
  /** Bytes that may wait for the client. */
  readonly queuedBytes: number;
  /** Called once. */
  readonly onEnd: (reason: LineEnd) => void;
  /** The client has too much to read (`true`), or has caught up (`false`). */
  readonly onFull: (full: boolean) => void;
}

export class LineConnection implements Connection, Flushable {
  onClosed: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  isDirty = false;
  readonly #options: LineConnectionOptions;
  readonly #output: Writable;
  #pieces: Uint8Array[] = [];
  #pending = 0;
  #isClosed = false;
  #isFull = false;

  constructor(options: LineConnectionOptions) {
    this.#options = options;
    this.#output = options.output;
    this.#output.on('drain', this.#drained);
    this.#output.on('error', this.#gone);
    this.#output.on('close', this.#gone);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queued(): number {
    return this.#pending + this.#output.writableLength;
  }

  get backlog(): number {
    return takenBytes(this.#output);
  }

  write(bytes: Bytes): boolean {
    const size = sizeOf(bytes);
    if (this.#isClosed || size === 0) return true;
    if (this.queued > this.#options.queuedBytes) {
      this.#end('slow');
      this.onClosed?.();
      return true;
    }
    if (bytes instanceof Uint8Array) this.#pieces.push(oneLine(bytes), NEWLINE);
    else this.#pieces.push(...bytes.map(oneLine), NEWLINE);
    this.#pending += size + 1;
    TurnFlush.add(this);
    if (this.queued <= HIGH_WATER) return true;
    if (!this.#isFull) this.#options.onFull(true);
    this.#isFull = true;
    return false;
  }

  /** A session that ends because all does is not alone here: others still say their last words, then comes `end`. */
  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    if (reason !== 'slow') this.flush();
    if (reason !== 'draining') this.#end(reason);
  }

  /** Nothing more is said, but what was said leaves. Idempotent. */
  end(): void {
    this.close('done');
  }

  /** Called at the end of the turn in which something was written. @internal */
  flush(): void {
    this.isDirty = false;
    const pieces = this.#pieces;
    const size = this.#pending;
    if (size === 0 || !this.#output.writable) return;
    this.#pieces = [];
    this.#pending = 0;
    if (size <= COPY_BYTES) this.#output.write(Buffer.concat(pieces, size));
    else {
      this.#output.cork();
      for (const piece of pieces) this.#output.write(piece);
      this.#output.uncork();
    }
    // What left at once gives no drain event.
    if (this.#output.writableLength === 0) this.#drained();
  }

  readonly #drained = (): void => {
    if (!this.#isFull || this.#isClosed || this.queued > 0) return;
    this.#isFull = false;
    this.#options.onFull(false);
    this.onDrain?.();
  };

  readonly #gone = (): void => {
    if (this.#isClosed) return;
    this.#end('gone');
    this.onClosed?.();
  };

  #end(reason: LineEnd): void {
    this.#isClosed = true;
    this.#pieces = [];
    this.#pending = 0;
    this.#output.off('drain', this.#drained);
    this.#options.onEnd(reason);
  }
}
