/** A request of `node:http` as the front sees it. */
import type { IncomingMessage } from 'node:http';
import { ProtocolError } from '../../protocol/errors.ts';
import type { IncomingRequest } from '../http/request.ts';

const EMPTY = new Uint8Array(0);

export class NodeRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage) {
    this.#message = message;
    this.method = message.method ?? 'GET';
    // Inside an Express or Connect app `url` lacks the path the gateway is mounted at, as it should.
    const url = message.url ?? '/';
    const question = url.indexOf('?');
    this.path = question < 0 ? url : url.slice(0, question);
    this.query = question < 0 ? '' : url.slice(question + 1);
  }

  get peer(): string {
    return this.#message.socket.remoteAddress ?? '';
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  body(maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
    const declared = Number(this.#message.headers['content-length'] ?? 0);
    if (declared > maxBytes) return Promise.reject(tooLarge(maxBytes));
    return new Promise((resolve, reject) => read(this.#message, maxBytes, timeoutMs, resolve, reject));
  }
}

function read(
  message: IncomingMessage,
  maxBytes: number,
  timeoutMs: number,
  resolve: (bytes: Uint8Array) => void,
  reject: (error: Error) => void,
): void {
  let chunks: Buffer[] | undefined;
  let first: Buffer | undefined;
  let size = 0;
  // Most bodies are there already: the timer is only started when one is not.
  let timer: NodeJS.Timeout | undefined;
  const over = () => {
    clearTimeout(timer);
    message.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onError);
  };
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBytes) {
      over();
      message.pause();
      return reject(tooLarge(maxBytes));
    }
    if (!first) first = chunk;
    else (chunks ??= [first]).push(chunk);
    if (chunks || !message.complete) timer ??= setTimeout(onTimeout, timeoutMs);
  };
  const onEnd = () => {
    over();
    resolve(chunks ? Buffer.concat(chunks, size) : (first ?? EMPTY));
  };
  const onTimeout = () => {
    over();
    message.pause();
    reject(new ProtocolError('body_timeout', `The body did not arrive within ${timeoutMs} ms.`));
  };
  const onClose = () => {
    over();
    reject(new Error('The client went away while sending.'));
  };
  const onError = (error: Error) => {
    over();
    reject(error);
  };
  message.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onError);
  if (message.readableLength === 0 && !message.complete) timer = setTimeout(onTimeout, timeoutMs);
}

function tooLarge(maxBytes: number): ProtocolError {
  return new ProtocolError('too_large', `The body is larger than ${maxBytes} bytes.`);
}
