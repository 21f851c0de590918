/**
 * HTTP as it is on the wire, for tests: whole answers, streams of events, and bytes that no HTTP client would send.
 *
 * Every wait is bounded and rejects with what was waited for.
 */
import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { SecureContextOptions } from 'node:tls';
import { connect, type Socket } from 'node:net';
import { PATIENCE_MS } from './patience.ts';
import { EventFeed } from './raw-events.ts';

export { PATIENCE_MS } from './patience.ts';
export { EventFeed, type RawEvent, type Rpc } from './raw-events.ts';

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with its length; see `chunks` for a body without one. */
  readonly body?: string | Uint8Array;
  /** Sent chunked, without a declared length. */
  readonly chunks?: Iterable<string | Uint8Array>;
  /** Gives the request a socket of its own, which can be cut. */
  readonly alone?: boolean;
  /** Over https: whom to trust, and what to show. Each request then has a socket of its own. */
  readonly tls?: SecureContextOptions;
}

let trusted: SecureContextOptions = {};

/** What requests over https trust and show that say nothing of it. */
export function overTls(options: SecureContextOptions): void {
  trusted = options;
}

/** Sockets for whole answers; streams have their own. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** Sends a request and resolves with the head of its answer. */
export function send(url: string | URL, sending: Sending = {}): Promise<Reply> {
  const { method = 'GET', headers = {}, body, chunks, alone = false, tls = trusted } = sending;
  const length = body === undefined || chunks ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const answered = new Promise<Reply>((resolve, reject) => {
    const isSecure = String(url).startsWith('https:');
    const asked = (isSecure ? secureRequest : request)(url, {
      method,
      headers: { ...length, ...headers },
      ...(isSecure ? { agent: new SecureAgent(tls) } : alone ? { agent: false } : { agent }),
    });
    asked.once('response', (message) => resolve(new Reply(message)));
    asked.once('error', reject);
    for (const chunk of chunks ?? []) asked.write(chunk);
    asked.end(body);
  });
  return within(answered, `an answer to ${method} ${url}`);
}

/** The head of an answer, and the way to its body. */
export class Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly #message: IncomingMessage;
  #feed: EventFeed | undefined;

  constructor(message: IncomingMessage) {
    this.status = message.statusCode ?? 0;
    this.headers = message.headers;
    this.#message = message;
    // A socket that is cut is told by the feed or by the body, where somebody reads them.
    message.on('error', () => {});
    // So that the socket is free again without a reader of nothing.
    if (this.#isEmpty) message.resume();
  }

  get isStream(): boolean {
    return this.headers['content-type']?.startsWith('text/event-stream') ?? false;
  }

  get #isEmpty(): boolean {
    return this.headers['content-length'] === '0';
  }

  /** The whole body. */
  async text(): Promise<string> {
    if (this.#isEmpty) return '';
    const pieces: Buffer[] = [];
    this.#message.on('data', (piece: Buffer) => pieces.push(piece));
    await within(once(this.#message, 'end'), 'the end of a body');
    return Buffer.concat(pieces).toString('utf8');
  }

  async json<T>(): Promise<T> {
    return JSON.parse(await this.text()) as T;
  }

  /** The body as a stream of events, read from now on. */
  get events(): EventFeed {
    this.#feed ??= EventFeed.of(this.#message);
    return this.#feed;
  }

  /** Stops reading: what the other side writes stays in the kernel's buffers, and then with the other side. */
  stall(): void {
    this.#message.pause();
    this.#message.socket.pause();
  }

  unstall(): void {
    this.#message.socket.resume();
    this.#message.resume();
  }

  /** Breaks the socket without a word; does nothing when the answer is over. */
  cut(): void {
    const { socket } = this.#message as { socket: Socket | null };
    // One of TLS cannot be reset.
    if (socket && !('encrypted' in socket)) socket.resetAndDestroy();
    this.#message.destroy();
  }
}

/** A bare socket: writes what it is told, and keeps what comes. */
export class Wire {
  readonly socket: Socket;
  received = '';
  readonly closed: Promise<void>;

  static async open(port: number): Promise<Wire> {
    const wire = new Wire(connect({ port, host: '127.0.0.1' }));
    await within(once(wire.socket, 'connect'), 'a connection');
    return wire;
  }

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => (this.received += chunk.toString('latin1')));
    // A reset is one way for the other side to close.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  write(bytes: string | Uint8Array): this {
    this.socket.write(bytes);
    return this;
  }

  /** Resolves with everything received once the other side closed the connection. */
  async end(ms = PATIENCE_MS): Promise<string> {
    await within(this.closed, 'the other side to close the connection', ms);
    return this.received;
  }

  /** Resolves once what was received fits. */
  async until(fits: RegExp, ms = PATIENCE_MS): Promise<string> {
    const look = async () => {
      while (!fits.test(this.received)) await once(this.socket, 'data');
    };
    await within(Promise.race([look(), this.closed]), `${fits} on the wire`, ms);
    if (!fits.test(this.received)) throw new Error(`The connection was closed before ${fits} came.`);
    return this.received;
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** Writes bytes on a fresh connection; resolves with all that came back until it was closed. */
export async function wire(port: number, bytes: string | Uint8Array, ms = PATIENCE_MS): Promise<string> {
  const open = await Wire.open(port);
  return open.write(bytes).end(ms);
}

/** The first answer in raw text: its status and body. */
export function firstAnswer(raw: string): { status: number; head: string; body: string } {
  const end = raw.indexOf('\r\n\r\n');
  const head = end < 0 ? raw : raw.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    head,
    body: end < 0 ? '' : raw.slice(end + 4),
  };
}

/** The promise, or a rejection that names what did not come in time. */
export async function within<T>(promise: Promise<T>, what: string, ms = PATIENCE_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${ms} ms in vain for ${what}.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again until something is so: for what nobody tells. */
export async function eventually(
  what: string,
  look: () => boolean | Promise<boolean>,
  ms = PATIENCE_MS,
): Promise<void> {
  const end = Date.now() + ms;
  while (!(await look())) {
    if (Date.now() > end) throw new Error(`In ${ms} ms it did not come true that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
