/**
 * How long a message has been on its way. A peer that answers pings in between could leave one unfinished for ever,
 * and what came of it would be kept as long.
 *
 * `ws` tells of messages when they are complete; that one has begun shows in the bytes read beyond the last.
 */
import type { Socket } from 'node:net';

/** The head of a short frame and its mask (RFC 6455 section 5.2). */
const CONTROL_HEAD = 6;

export class MessageArrival {
  readonly #socket: Socket;
  /** Bytes read when the last message was complete, with the frames of control since. */
  #accounted: number;
  /** When a beginning was first seen; 0 when there is none. */
  #since = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#accounted = socket.bytesRead;
  }

  complete(): void {
    this.#accounted = this.#socket.bytesRead;
    this.#since = 0;
  }

  /** @param length bytes of a ping or pong */
  control(length: number): void {
    this.#accounted += length + CONTROL_HEAD;
  }

  /** For how many ms a message is known to be unfinished. To be asked now and then: what comes between is not seen. */
  lasts(now: number): number {
    if (this.#socket.bytesRead <= this.#accounted) this.#since = 0;
    else if (this.#since === 0) this.#since = now;
    return this.#since === 0 ? 0 : now - this.#since;
  }
}
