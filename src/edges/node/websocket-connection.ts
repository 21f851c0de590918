/**
 * A `Connection` over a WebSocket: what is written at once is one text frame; what is written in one turn leaves in
 * one system call.
 *
 * `ws` shakes hands, reads, and speaks the control frames. Text is written past it, to the socket they share: whole
 * frames only, so that nothing of either gets into the other. No more than the high-water mark is handed to the
 * socket before its time: what waits here can still be dropped when the reader is too slow, and the last word then
 * reaches it at the end of a frame.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { sizeOf } from '../../engine/bytes.ts';
import type { Bytes, CloseReason, Connection } from '../../engine/ports.ts';
import { takenBytes } from './connection.ts';
import { TurnFlush, type Flushable } from './turn.ts';
import { MessageArrival } from './websocket-arrival.ts';
import { writeFrames } from './websocket-frames.ts';

/** Above so many waiting bytes the writer is asked to wait for the drain. */
const HIGH_WATER = 256 * 1024;
/** How long a peer that is cut off may take over the last word. */
const LAST_WORD_MS = 1_000;

/** RFC 6455 section 7.4.1, and the registry of close codes it founded. */
const CODES: Readonly<Record<CloseReason, number>> = {
  done: 1000,
  replaced: 1000,
  rotated: 1001,
  expired: 1008,
  'session-closed': 1000,
  draining: 1012,
  slow: 1013,
};

const WORDS: Readonly<Record<CloseReason, string>> = {
  done: '',
  replaced: '',
  rotated: 'Connect again.',
  expired: 'The token or key has run out: connect again with a new one.',
  'session-closed': 'The session was closed.',
  draining: 'The gateway is shutting down: connect again.',
  slow: 'The reader is too slow.',
};

export class WebSocketConnection implements Connection, Flushable {
  onClosed: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  isDirty = false;
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #stallMs: number;
  #messages: Bytes[] = [];
  #pending = 0;
  #isClosed = false;
  #isFull = false;
  /** When the ping was sent that the peer has not answered; 0 when it has. */
  #askedAt = 0;
  readonly #arrival: MessageArrival;

  /**
   * @param ws its handshake is done
   * @param socket what it runs on
   * @param stallMs how long the peer may leave a ping without any sign of life, and take over one message
   */
  constructor(ws: WebSocket, socket: Socket, stallMs: number) {
    this.#ws = ws;
    this.#socket = socket;
    this.#stallMs = stallMs;
    this.#arrival = new MessageArrival(socket);
    ws.on('ping', this.#controlled);
    ws.on('pong', this.#controlled);
    ws.on('close', this.#gone);
    socket.on('drain', this.#moved);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queued(): number {
    return this.#isClosed ? 0 : this.#pending + this.#socket.writableLength;
  }

  get backlog(): number {
    return takenBytes(this.#socket);
  }

  write(bytes: Bytes): boolean {
    const size = sizeOf(bytes);
    if (this.#isClosed || size === 0) return true;
    this.#messages.push(bytes);
    this.#pending += size;
    TurnFlush.add(this);
    if (this.queued <= HIGH_WATER) return true;
    this.#isFull = true;
    return false;
  }

  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    const isSlow = reason === 'slow';
    if (!isSlow) this.#hand(Number.POSITIVE_INFINITY);
    this.#over();
    this.#ws.close(CODES[reason], WORDS[reason]);
    if (isSlow) this.#cutSoon();
  }

  /** Ends the connection for what the peer did. @param code of RFC 6455 section 7.4.1 */
  refuse(code: number, words: string): void {
    if (this.#isClosed) return;
    this.#hand(HIGH_WATER);
    this.#ws.close(code, words);
    this.broken();
  }

  /** The peer broke the rules, or its socket broke: it has been told so, where it could be. */
  broken(): void {
    this.#cutSoon();
    this.#gone();
  }

  beat(now: number): void {
    const { OPEN } = this.#ws;
    // One that said goodbye and did not go, or one that has not shown a sign of life since it was asked for one.
    if (this.#ws.readyState !== OPEN || (this.#askedAt > 0 && now - this.#askedAt >= this.#stallMs)) {
      this.#ws.terminate();
      return this.#gone();
    }
    if (this.#arrival.lasts(now) >= this.#stallMs) return this.refuse(1008, 'The message took too long.');
    if (this.#askedAt === 0) this.#askedAt = now;
    this.#ws.ping();
  }

  /** A message of the peer is complete. */
  heard(): void {
    this.#askedAt = 0;
    this.#arrival.complete();
  }

  readonly #controlled = (data: Buffer): void => {
    this.#askedAt = 0;
    this.#arrival.control(data.length);
  };

  /** Called at the end of the turn in which something was written. @internal */
  flush(): void {
    this.isDirty = false;
    this.#moved();
  }

  /** The socket took something, or there is something for it to take. */
  readonly #moved = (): void => {
    if (this.#isClosed) return;
    this.#hand(HIGH_WATER);
    if (!this.#isFull || this.#pending > 0 || this.#socket.writableNeedDrain) return;
    this.#isFull = false;
    this.#askedAt = 0;
    this.onDrain?.();
  };

  /** Hands what waits to the socket, until that holds so many bytes. */
  #hand(fill: number): void {
    if (this.#pending === 0 || this.#socket.destroyed) return;
    const count = writeFrames(this.#socket, this.#messages, fill);
    this.#messages = count === this.#messages.length ? [] : this.#messages.slice(count);
    this.#pending = 0;
    for (const message of this.#messages) this.#pending += sizeOf(message);
  }

  #cutSoon(): void {
    const timer = setTimeout(() => this.#ws.terminate(), LAST_WORD_MS).unref();
    this.#ws.once('close', () => clearTimeout(timer));
  }

  readonly #gone = (): void => {
    if (this.#isClosed) return;
    this.#over();
    this.onClosed?.();
  };

  #over(): void {
    this.#isClosed = true;
    this.#messages = [];
    this.#pending = 0;
    this.#ws.off('ping', this.#controlled);
    this.#ws.off('pong', this.#controlled);
    this.#ws.off('close', this.#gone);
    this.#socket.off('drain', this.#moved);
  }
}
