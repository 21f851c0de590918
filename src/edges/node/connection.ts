/** A `Connection` over the response of `node:http`: what is written in one turn leaves in one system call. */
import type { ServerResponse } from 'node:http';
import type { Bytes, CloseReason, Connection } from '../../engine/ports.ts';
import { TurnFlush, type Flushable } from './turn.ts';

/** Above so many waiting bytes the writer is asked to wait for the drain. */
const HIGH_WATER = 256 * 1024;
/** Pieces below this size are joined: copying is cheaper than one more buffer for the kernel. */
const JOIN_BELOW = 16 * 1024;

export class NodeConnection implements Connection, Flushable {
  onClosed: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  isDirty = false;
  readonly #response: ServerResponse;
  #pieces: Uint8Array[] = [];
  #pending = 0;
  #isClosed = false;
  #isFull = false;

  constructor(response: ServerResponse) {
    this.#response = response;
    response.on('drain', () => this.#drained());
    response.on('close', () => this.#gone());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queued(): number {
    return this.#pending + this.#response.writableLength;
  }

  write(bytes: Bytes): boolean {
    if (this.#isClosed) return true;
    if (bytes instanceof Uint8Array) this.#push(bytes);
    else for (const piece of bytes) this.#push(piece);
    TurnFlush.add(this);
    if (this.queued <= HIGH_WATER) return true;
    this.#isFull = true;
    return false;
  }

  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (reason === 'slow') {
      this.#drop();
      this.#response.destroy();
    } else {
      this.flush();
      this.#response.end();
    }
  }

  /** Called at the end of the turn in which something was written. @internal */
  flush(): void {
    this.isDirty = false;
    const pieces = this.#pieces;
    if (pieces.length === 0 || this.#response.destroyed) return this.#drop();
    this.#pieces = [];
    const size = this.#pending;
    this.#pending = 0;
    if (pieces.length === 1) this.#response.write(pieces[0]);
    else if (size < JOIN_BELOW) this.#response.write(Buffer.concat(pieces, size));
    else this.#writeCorked(pieces);
    if (this.#isFull && this.#response.writableLength === 0) this.#drained();
  }

  #push(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#pending += piece.length;
  }

  #writeCorked(pieces: readonly Uint8Array[]): void {
    this.#response.cork();
    for (const piece of pieces) this.#response.write(piece);
    this.#response.uncork();
  }

  #drained(): void {
    if (!this.#isFull || this.#isClosed) return;
    this.#isFull = false;
    this.onDrain?.();
  }

  #gone(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#drop();
    this.onClosed?.();
  }

  #drop(): void {
    this.#pieces = [];
    this.#pending = 0;
  }
}
