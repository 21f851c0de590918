/** A `Connection` over the response of `node:http`: what is written in one turn leaves in one system call. */
import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { sizeOf } from '../../engine/bytes.ts';
import type { Bytes, CloseReason, Connection } from '../../engine/ports.ts';
import { limitLinger } from './linger.ts';
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
  readonly #stallMs: number;
  /** Where chunks are written past `node:http`, which spends three buffers on each; undefined: through it. */
  readonly #socket: Socket | undefined;
  #pieces: Uint8Array[] = [];
  #pending = 0;
  #isClosed = false;
  #isFull = false;
  #isEnding = false;

  /**
   * @param response its head has been sent
   * @param stallMs after `close`: how long the peer may take nothing of what still waits
   */
  constructor(response: ServerResponse, stallMs: number) {
    this.#response = response;
    this.#stallMs = stallMs;
    this.#socket = plainSocket(response);
    response.on('drain', this.#drained);
    response.on('close', this.#gone);
    this.#socket?.on('drain', this.#drained);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queued(): number {
    return this.#pending + this.#waiting;
  }

  /** For `Untaken`: the response is closed once the kernel took the last byte, or the socket is gone. */
  set onTaken(listener: (() => void) | undefined) {
    if (listener) this.#response.once('close', listener);
  }

  get backlog(): number {
    const { socket } = this.#response;
    return socket ? takenBytes(socket) : 0;
  }

  cut(): void {
    this.#response.destroy();
  }

  write(bytes: Bytes): boolean {
    if (this.#isClosed) return true;
    if (bytes instanceof Uint8Array) this.#pieces.push(bytes);
    else for (const piece of bytes) this.#pieces.push(piece);
    this.#pending += sizeOf(bytes);
    TurnFlush.add(this);
    if (this.queued <= HIGH_WATER) return true;
    this.#isFull = true;
    return false;
  }

  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#detach();
    if (reason === 'slow') return this.#destroy();
    // What was said may have to be on its way to other nodes first: see `EventLog.append`.
    this.#isEnding = true;
    TurnFlush.add(this);
  }

  /** Called at the end of the turn in which something was written. @internal */
  flush(): void {
    this.isDirty = false;
    if (this.#response.destroyed) return this.#discard();
    this.#writeAll();
    if (!this.#isEnding) return;
    this.#response.end();
    limitLinger(this.#response, this.#stallMs);
  }

  #writeAll(): void {
    const pieces = this.#pieces;
    const size = this.#pending;
    if (size === 0) return;
    this.#pieces = [];
    this.#pending = 0;
    if (this.#socket) this.#writeChunk(this.#socket, pieces, size);
    else for (const piece of pieces) this.#response.write(piece);
    // What left at once gives no drain event.
    if (this.#isFull && this.#waiting === 0) this.#drained();
  }

  get #waiting(): number {
    return this.#socket ? this.#socket.writableLength : this.#response.writableLength;
  }

  /** One chunk (RFC 9112 section 7.1): small ones as one buffer, large ones without a copy. */
  #writeChunk(socket: Socket, pieces: readonly Uint8Array[], size: number): void {
    const length = `${size.toString(16)}\r\n`;
    if (size < JOIN_BELOW) {
      socket.write(joinChunk(length, pieces, size));
      return;
    }
    socket.cork();
    socket.write(length, 'latin1');
    for (const piece of pieces) socket.write(piece);
    socket.write('\r\n', 'latin1');
    socket.uncork();
  }

  readonly #drained = (): void => {
    if (!this.#isFull || this.#isClosed) return;
    this.#isFull = false;
    this.onDrain?.();
  };

  readonly #gone = (): void => {
    if (this.#isClosed) return;
    this.#detach();
    this.#discard();
    this.onClosed?.();
  };

  #destroy(): void {
    this.#discard();
    this.#response.destroy();
  }

  #discard(): void {
    this.#pieces = [];
    this.#pending = 0;
  }

  #detach(): void {
    this.#isClosed = true;
    this.#response.off('drain', this.#drained);
    this.#response.off('close', this.#gone);
    this.#socket?.off('drain', this.#drained);
  }
}

/**
 * What the kernel has taken so far. Node counts a write in `writableLength` until all of it has left, and offers these
 * figures, by which its own socket time-out tells slow from stopped, on the handle only.
 */
export function takenBytes(output: Writable): number {
  const { _handle: handle } = output as Writable & { _handle?: Handle | null };
  return (handle?.bytesWritten ?? 0) - (handle?.writeQueueSize ?? 0);
}

interface Handle {
  /** What was handed to it. */
  readonly bytesWritten?: number;
  /** What of that has not left. */
  readonly writeQueueSize?: number;
}

function joinChunk(length: string, pieces: readonly Uint8Array[], size: number): Buffer {
  const chunk = Buffer.allocUnsafe(length.length + size + 2);
  let at = chunk.write(length, 0, 'latin1');
  for (const piece of pieces) {
    chunk.set(piece, at);
    at += piece.length;
  }
  chunk[at] = 0x0d;
  chunk[at + 1] = 0x0a;
  return chunk;
}

/**
 * The socket, where writing to it is the same as writing to the response: the head is out, the body is chunked,
 * and nothing (a middleware that compresses, HTTP/2's imitation) has put itself in between.
 */
function plainSocket(response: ServerResponse): Socket | undefined {
  const { socket } = response;
  const isPlain =
    socket !== null &&
    response.constructor === ServerResponse &&
    response.write === ServerResponse.prototype.write &&
    response.end === ServerResponse.prototype.end &&
    response.chunkedEncoding &&
    // All that the response was given is with the socket already: what follows keeps its place.
    response.writableLength === socket.writableLength &&
    response.headersSent;
  return isPlain ? (socket ?? undefined) : undefined;
}
