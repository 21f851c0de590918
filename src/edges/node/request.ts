/** A request of `node:http` as the front sees it. */
import type { IncomingMessage } from 'node:http';
import type { Server, Socket } from 'node:net';
import { UNIX } from '../../access/addresses.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import type { IncomingRequest } from '../http/request.ts';
import { peerCertificate } from './tls-socket.ts';

const EMPTY = new Uint8Array(0);

const DASH = 0x2d;
const MCP = /^mcp-/i;

export class NodeRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly #message: IncomingMessage;

  /** @param basePath what is left away of the path, where no router has done so */
  constructor(message: IncomingMessage, basePath = '') {
    this.#message = message;
    this.method = message.method ?? 'GET';
    // Inside an Express or Connect app `url` lacks the path the gateway is mounted at, as it should.
    const url = originForm(message.url ?? '/');
    const question = url.indexOf('?');
    const path = question < 0 ? url : url.slice(0, question);
    this.path = path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : path;
    this.query = question < 0 ? '' : url.slice(question + 1);
  }

  get peer(): string {
    const { socket } = this.#message;
    return socket.remoteAddress ?? (isOfFileSystem(socket) ? UNIX : '');
  }

  get certificate(): string | undefined {
    return peerCertificate(this.#message.socket);
  }

  get scheme(): 'http' | 'https' {
    return 'encrypted' in this.#message.socket ? 'https' : 'http';
  }

  header(name: string): string | undefined {
    const value = this.#message.headers[name];
    if (Array.isArray(value)) return value.join(', ');
    return name === 'authorization' && value !== undefined ? (this.#doubled(name) ?? value) : value;
  }

  mcpHeaders(): (readonly [string, string])[] {
    const { rawHeaders } = this.#message;
    const found: (readonly [string, string])[] = [];
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const name = rawHeaders[at] as string;
      if (name.charCodeAt(3) !== DASH || !MCP.test(name)) continue;
      found.push([name.toLowerCase(), rawHeaders[at + 1] as string]);
    }
    return found;
  }

  /** All values of a header that came more than once, of which Node keeps the first alone: what is in front may keep the last. */
  #doubled(name: string): string | undefined {
    const { rawHeaders } = this.#message;
    let found: string[] | undefined;
    let first: string | undefined;
    for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
      const each = rawHeaders[at] as string;
      if (each.length !== name.length || each.toLowerCase() !== name) continue;
      const value = rawHeaders[at + 1] as string;
      if (first === undefined) first = value;
      else (found ??= [first]).push(value);
    }
    return found?.join(', ');
  }

  body(maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
    if (this.#message.readableDidRead) return Promise.reject(alreadyRead());
    // Gone while it was found out who it is.
    if (this.#message.destroyed) return Promise.reject(new Error('The client went away while sending.'));
    const declared = Number(this.#message.headers['content-length'] ?? 0);
    if (declared > maxBytes) return Promise.reject(tooLarge(maxBytes));
    return new Promise((resolve, reject) => read(this.#message, maxBytes, timeoutMs, resolve, reject));
  }
}

/** Whether its server listens on a path; a peer of any other that is gone has no address either. */
function isOfFileSystem(socket: Socket & { readonly server?: Server | null }): boolean {
  return typeof socket.server?.address() === 'string';
}

/** Without scheme and host, which a client may put before the path and a server must accept (RFC 9112 section 3.2.2). */
function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const path = /^https?:\/\/[^/?#]*([^]*)$/i.exec(target)?.[1];
  if (path === undefined) return target;
  return path.startsWith('/') ? path : `/${path}`;
}

/**
 * Listeners are not taken off again, as the message is of no use afterwards, and what comes late finds it settled.
 */
function read(
  message: IncomingMessage,
  maxBytes: number,
  timeoutMs: number,
  resolve: (bytes: Uint8Array) => void,
  reject: (error: Error) => void,
): void {
  let first: Buffer | undefined;
  let chunks: Buffer[] | undefined;
  let size = 0;
  let isOver = false;
  // Most bodies are there already: the timer is only started when one is not.
  let timer: NodeJS.Timeout | undefined;
  const end = (error?: Error) => {
    if (isOver) return;
    isOver = true;
    if (timer) clearTimeout(timer);
    if (!error) return resolve(chunks ? Buffer.concat(chunks, size) : (first ?? EMPTY));
    message.pause();
    reject(error);
  };
  message.on('data', (chunk: Buffer) => {
    if (isOver) return;
    size += chunk.length;
    if (size > maxBytes) return end(tooLarge(maxBytes));
    if (!first) first = chunk;
    else (chunks ??= [first]).push(chunk);
  });
  message.on('end', () => end());
  message.on('close', () => {
    if (!isOver) end(new Error('The client went away while sending.'));
  });
  // The parser runs on after the head was handed over: look once it has seen what came with it.
  queueMicrotask(() => {
    if (!isOver && !message.complete) timer = setTimeout(() => end(tooSlow(timeoutMs)), timeoutMs);
  });
}

function alreadyRead(): ProtocolError {
  return new ProtocolError(
    'body_already_read',
    'Something in front of the gateway has read the body already.',
  );
}

function tooSlow(timeoutMs: number): ProtocolError {
  return new ProtocolError('body_timeout', `The body did not arrive within ${timeoutMs} ms.`);
}

function tooLarge(maxBytes: number): ProtocolError {
  return new ProtocolError('too_large', `The body is larger than ${maxBytes} bytes.`);
}
