/**
 * A raw HTTP/1.1 client connection for the load generator: one request at a time, the answer's body handed
 * over in pieces without copies. As light as it can be, so that the load is not what is measured.
 */
import { connect, type Socket } from 'node:net';

export interface ResponseHead {
  readonly status: number;
  readonly contentType: string;
  readonly sessionId: string | undefined;
  readonly length: number;
  readonly chunked: boolean;
}

export interface HttpEvents {
  /** A piece of the body: `[start, end)` of `bytes`, which is reused after the call. */
  body(bytes: Buffer, start: number, end: number): void;
  /** The answer is complete. */
  done(head: ResponseHead): void;
  /** The connection ended, by either side or by an error. Called once. */
  closed(reason: string): void;
  /** The head has come (needed for streams, which are never done). */
  head?(head: ResponseHead): void;
}

type State = 'head' | 'length' | 'size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close';

const HEAD_END = Buffer.from('\r\n\r\n');
const CR = 13;
const LF = 10;

/** One for all connections: what is read is taken up before the next read, or copied. */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

export class HttpConnection {
  isClosed = false;
  readonly #socket: Socket;
  readonly #events: HttpEvents;
  #state: State = 'head';
  #left = 0;
  #rest: Buffer | undefined;
  #lastHead = Buffer.alloc(0);
  #head: ResponseHead = { status: 0, contentType: '', sessionId: undefined, length: 0, chunked: false };

  constructor(port: number, events: HttpEvents) {
    this.#events = events;
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback: (count) => {
          this.#read(readBuffer.subarray(0, count));
          return true;
        },
      },
    });
    this.#socket.on('error', (error) => this.#end(error.message));
    this.#socket.on('close', () => this.#end('closed'));
  }

  send(request: string): void {
    this.#socket.write(request, 'latin1');
  }

  close(): void {
    this.#end('closed');
  }

  #end(reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#socket.destroy();
    this.#events.closed(reason);
  }

  #read(bytes: Buffer): void {
    const whole = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    this.#rest = undefined;
    let at = 0;
    while (at < whole.length && !this.isClosed) {
      const next = this.#step(whole, at);
      if (next < 0) {
        this.#rest = Buffer.from(whole.subarray(at));
        return;
      }
      at = next;
    }
  }

  /** Takes one element of the answer; returns where the next begins, or -1 when more bytes are needed. */
  #step(bytes: Buffer, at: number): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'size':
        return this.#readSize(bytes, at);
      case 'chunk-end':
        if (bytes.length < at + 2) return -1;
        this.#state = 'size';
        return at + 2;
      case 'trailer':
        return this.#readTrailer(bytes, at);
      default:
        return this.#readBody(bytes, at);
    }
  }

  #readHead(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(HEAD_END, at);
    if (end < 0) return -1;
    const raw = bytes.subarray(at, end);
    // Within a second the heads of one connection are mostly the same: reading one again costs nothing.
    if (raw.compare(this.#lastHead) !== 0) {
      this.#head = parseHead(raw.toString('latin1'));
      this.#lastHead = Buffer.from(raw);
    }
    const head = this.#head;
    this.#left = head.length;
    this.#events.head?.(head);
    if (head.chunked) this.#state = 'size';
    else if (head.length > 0) this.#state = 'length';
    else if (head.length === 0) this.#events.done(head);
    else this.#state = 'until-close';
    return end + 4;
  }

  #readSize(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    if (end < 0) return -1;
    const size = Number.parseInt(bytes.toString('latin1', at, end), 16);
    if (Number.isNaN(size)) this.#end('bad chunk size');
    this.#left = size;
    this.#state = size > 0 ? 'chunk' : 'trailer';
    return end + 1;
  }

  #readTrailer(bytes: Buffer, at: number): number {
    const end = bytes.indexOf(LF, at);
    if (end < 0) return -1;
    const isEmpty = end === at || (end === at + 1 && bytes[at] === CR);
    if (isEmpty) {
      this.#state = 'head';
      this.#events.done(this.#head);
    }
    return end + 1;
  }

  #readBody(bytes: Buffer, at: number): number {
    if (this.#state === 'until-close') {
      this.#events.body(bytes, at, bytes.length);
      return bytes.length;
    }
    const end = Math.min(bytes.length, at + this.#left);
    if (end > at) this.#events.body(bytes, at, end);
    this.#left -= end - at;
    if (this.#left > 0) return end;
    if (this.#state === 'chunk') {
      this.#state = 'chunk-end';
      return end;
    }
    this.#state = 'head';
    this.#events.done(this.#head);
    return end;
  }
}

function parseHead(raw: string): ResponseHead {
  const header = (name: string) => new RegExp(`^${name}: *(.*?) *\r?$`, 'im').exec(raw)?.[1];
  const status = Number(raw.slice(9, 12));
  const chunked = header('transfer-encoding')?.toLowerCase() === 'chunked';
  const length = header('content-length');
  const isEmpty = status === 204 || status === 304 || status < 200;
  return {
    status,
    chunked,
    contentType: header('content-type') ?? '',
    sessionId: header('mcp-session-id'),
    length: isEmpty ? 0 : length === undefined ? -1 : Number(length),
  };
}
