/** The gateway as a fetch-style handler: `Request` in, `Response` out, on any runtime. */
import { joined } from '../engine/bytes.ts';
import type { AnswerClock, Bytes, CloseReason, Connection, Responder } from '../engine/ports.ts';
import { ProtocolError } from '../protocol/errors.ts';
import type { Front } from './http/front.ts';
import type { IncomingRequest } from './http/request.ts';

/** Above so many waiting bytes the writer is asked to wait. */
const HIGH_WATER = 256 * 1024;

export type FetchHandler = (request: Request) => Promise<Response>;

/** @param basePath what the app's router left in the URL before our own paths */
export function fetchHandler(front: Front, basePath = ''): FetchHandler {
  return (request) =>
    new Promise((resolve) => {
      const incoming = new FetchRequest(request, basePath);
      front.handle(incoming, new FetchResponder(request, resolve, front.headersFor(incoming)));
    });
}

class FetchRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly peer = '';
  readonly scheme: 'http' | 'https';
  readonly #request: Request;
  readonly #host: string;

  constructor(request: Request, basePath: string) {
    const url = new URL(request.url);
    this.#request = request;
    this.#host = url.host;
    this.scheme = url.protocol === 'https:' ? 'https' : 'http';
    this.method = request.method;
    this.path = url.pathname.startsWith(basePath) ? url.pathname.slice(basePath.length) || '/' : url.pathname;
    this.query = url.search.slice(1);
  }

  header(name: string): string | undefined {
    const value = this.#request.headers.get(name);
    // Runtimes put the host into the URL and not always into the headers.
    return value ?? (name === 'host' ? this.#host : undefined);
  }

  mcpHeaders(): (readonly [string, string])[] {
    const found: (readonly [string, string])[] = [];
    for (const [name, value] of this.#request.headers) if (name.startsWith('mcp-')) found.push([name, value]);
    return found;
  }

  async body(maxBytes: number, timeoutMs: number): Promise<Uint8Array> {
    const reader = this.#request.body?.getReader();
    if (!reader) return new Uint8Array(0);
    const chunks: Uint8Array[] = [];
    let size = 0;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reader.cancel().catch(() => {});
    }, timeoutMs);
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (isLate)
          throw new ProtocolError('body_timeout', `The body did not arrive within ${timeoutMs} ms.`);
        if (done) return joined(chunks);
        size += value.length;
        if (size > maxBytes)
          throw new ProtocolError('too_large', `The body is larger than ${maxBytes} bytes.`);
        chunks.push(value);
      }
    } finally {
      clearTimeout(timer);
      reader.cancel().catch(() => {});
    }
  }
}

class FetchResponder implements Responder {
  onAborted: (() => void) | undefined;
  clock: AnswerClock | undefined;
  readonly #request: Request;
  readonly #resolve: (response: Response) => void;
  #extra: Record<string, string> | undefined;
  #isDone = false;

  constructor(
    request: Request,
    resolve: (response: Response) => void,
    extra: Record<string, string> | undefined,
  ) {
    this.#request = request;
    this.#resolve = resolve;
    this.#extra = extra;
    if (request.signal.aborted) this.#aborted();
    else request.signal.addEventListener('abort', () => this.#aborted(), { once: true });
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  note(headers: Readonly<Record<string, string>>): void {
    this.#extra = { ...this.#extra, ...headers };
  }

  reply(status: number, headers: Record<string, string>, body?: Bytes): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.clock?.answered(status);
    const hasBody = body !== undefined && status !== 204 && this.#request.method !== 'HEAD';
    const whole = hasBody ? new Uint8Array(body instanceof Uint8Array ? body : joined(body)) : null;
    this.#resolve(new Response(whole, { status, headers: { ...headers, ...this.#extra } }));
  }

  stream(status: number, headers: Record<string, string>, first?: Uint8Array): Connection {
    if (this.#isDone) throw new Error('This request is answered already.');
    this.#isDone = true;
    this.clock?.answered(status);
    const connection = new StreamConnection(this.#request.signal);
    if (first) connection.write(first);
    this.#resolve(new Response(connection.body, { status, headers: { ...headers, ...this.#extra } }));
    return connection;
  }

  #aborted(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#resolve(new Response(null, { status: 499 }));
    this.onAborted?.();
  }
}

class StreamConnection implements Connection {
  onClosed: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #isClosed = false;
  #isFull = false;

  constructor(signal: AbortSignal) {
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (controller) =>
          void (this.#controller = controller as ReadableStreamDefaultController<Uint8Array>),
        pull: () => this.#drained(),
        cancel: () => this.#gone(),
      },
      { highWaterMark: HIGH_WATER, size: (chunk) => chunk?.byteLength ?? 0 },
    );
    signal.addEventListener('abort', () => this.#gone(), { once: true });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queued(): number {
    return this.#isClosed ? 0 : HIGH_WATER - (this.#controller?.desiredSize ?? HIGH_WATER);
  }

  get backlog(): number {
    return this.queued;
  }

  write(bytes: Bytes): boolean {
    if (this.#isClosed) return true;
    for (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) this.#controller?.enqueue(piece);
    if (this.queued <= HIGH_WATER) return true;
    this.#isFull = true;
    return false;
  }

  close(reason: CloseReason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (reason === 'slow') this.#controller?.error(new Error('The reader of this stream is too slow.'));
    else this.#controller?.close();
  }

  #drained(): void {
    if (!this.#isFull || this.#isClosed) return;
    this.#isFull = false;
    this.onDrain?.();
  }

  #gone(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.onClosed?.();
  }
}
