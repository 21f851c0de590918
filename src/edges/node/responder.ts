/** A `Responder` over the response of `node:http`. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { joined, sizeOf } from '../../engine/bytes.ts';
import type { AnswerClock, Bytes, Connection, Responder } from '../../engine/ports.ts';
import { NodeConnection, takenBytes } from './connection.ts';
import { endAfterRest, limitLinger } from './linger.ts';

export class NodeResponder implements Responder {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #stallMs: number;
  #extra: Record<string, string> | undefined;
  readonly #isLeaving: (() => boolean) | undefined;
  #onAborted: (() => void) | undefined;
  #isWatching = false;
  #isDone = false;
  clock: AnswerClock | undefined;

  /**
   * @param extra headers for whatever the answer will be
   * @param stallMs how long the peer may take nothing of an answer that was given
   * @param isLeaving whether the peer had better use another connection for what it asks next; default: no
   */
  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    extra: Record<string, string> | undefined,
    stallMs: number,
    isLeaving?: () => boolean,
  ) {
    this.#isLeaving = isLeaving;
    this.#request = request;
    this.#stallMs = stallMs;
    this.#response = response;
    this.#extra = extra;
  }

  get onAborted(): (() => void) | undefined {
    return this.#onAborted;
  }

  /** Listens to the response only when somebody wants to know: most requests are answered at once. */
  set onAborted(listener: (() => void) | undefined) {
    this.#onAborted = listener;
    if (!listener || this.#isWatching) return;
    this.#isWatching = true;
    this.#response.on('close', () => this.#closed());
  }

  get queued(): number {
    return this.#response.destroyed ? 0 : this.#response.writableLength;
  }

  get backlog(): number {
    const { socket } = this.#response;
    return socket ? takenBytes(socket) : 0;
  }

  cut(): void {
    this.#response.destroy();
  }

  /** The response is closed once the kernel took the last byte, or the socket is gone. */
  set onTaken(listener: (() => void) | undefined) {
    if (listener) this.#response.once('close', listener);
  }

  get isDone(): boolean {
    return this.#isDone || this.#response.destroyed;
  }

  note(headers: Readonly<Record<string, string>>): void {
    this.#extra = this.#extra ? { ...this.#extra, ...headers } : headers;
  }

  reply(status: number, headers: Record<string, string>, body?: Bytes): void {
    if (this.#isDone) return;
    this.#isDone = true;
    const response = this.#response;
    if (response.destroyed) return;
    this.clock?.answered(status);
    const length = body === undefined ? 0 : sizeOf(body);
    const head: Record<string, string | number> = { ...headers, ...this.#extra };
    if (status !== 204) head['content-length'] = length;
    // What is left of a body that was not read must not be taken for the next request.
    const isStillSent = !this.#request.complete && hasBody(this.#request);
    if (isStillSent || this.#mustClose) head.connection = 'close';
    response.writeHead(status, head);
    const sent = this.#request.method === 'HEAD' ? undefined : body;
    if (isStillSent) {
      response.flushHeaders();
      if (sent && length > 0) response.write(joined(sent));
      return endAfterRest(this.#request, response, this.#stallMs);
    }
    if (sent === undefined) response.end();
    else if (sent instanceof Uint8Array) response.end(sent);
    else {
      response.cork();
      for (const piece of sent) response.write(piece);
      response.end();
    }
    limitLinger(response, this.#stallMs);
  }

  stream(status: number, headers: Record<string, string>, first?: Uint8Array): Connection {
    if (this.#isDone) throw new Error('This request is answered already.');
    this.#isDone = true;
    this.clock?.answered(status);
    const response = this.#response;
    // Without a listener a broken socket would end the process.
    response.on('error', () => {});
    const leaving = this.#mustClose ? CLOSE : undefined;
    response.writeHead(status, this.#extra || leaving ? { ...headers, ...this.#extra, ...leaving } : headers);
    response.socket?.setNoDelay(true);
    if (first) response.write(first);
    else response.flushHeaders();
    return new NodeConnection(response, this.#stallMs);
  }

  /** HTTP/2 has no such header (RFC 9113 section 8.2.2). */
  get #mustClose(): boolean {
    return this.#isLeaving?.() === true && this.#request.httpVersionMajor < 2;
  }

  #closed(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#onAborted?.();
  }
}

const CLOSE = { connection: 'close' };

/** RFC 9112 section 6: a request has a body when one of these headers says so. */
function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
