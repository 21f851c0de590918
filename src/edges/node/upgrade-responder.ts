/** A `Responder` for a handshake that is refused: an answer in plain HTTP, after which the connection is closed. */
import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Bytes, Connection, Responder } from '../../engine/ports.ts';
import { NodeResponder } from './responder.ts';

export class UpgradeResponder implements Responder {
  onAborted: (() => void) | undefined;
  readonly #request: IncomingMessage;
  readonly #socket: Duplex;
  readonly #extra: Record<string, string> | undefined;
  readonly #stallMs: number;
  #isDone = false;

  /**
   * @param extra headers for whatever the answer will be
   * @param stallMs how long the peer may take nothing of the answer
   */
  constructor(
    request: IncomingMessage,
    socket: Duplex,
    extra: Record<string, string> | undefined,
    stallMs: number,
  ) {
    this.#request = request;
    this.#socket = socket;
    this.#extra = extra;
    this.#stallMs = stallMs;
  }

  get isDone(): boolean {
    return this.#isDone || this.#socket.destroyed;
  }

  reply(status: number, headers: Record<string, string>, body?: Bytes): void {
    if (this.isDone) return;
    this.#isDone = true;
    const socket = this.#socket as Socket;
    const response = new ServerResponse(this.#request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    // What else the peer sends is never read, so nothing can be smuggled behind a refused handshake.
    response.once('finish', () => socket.destroySoon());
    new NodeResponder(this.#request, response, this.#extra, this.#stallMs).reply(status, headers, body);
  }

  stream(): Connection {
    throw new Error('A handshake is answered in one piece.');
  }
}
