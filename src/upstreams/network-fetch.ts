/**
 * HTTP on runtimes with the web's own `fetch`, and to functions of its shape. It costs several times what a caller of the runtime's own does, and
 * knows less: how long a connection takes to be made is the runtime's affair, and bodies come decoded.
 */
import type { Runtime, Timer } from '../engine/ports.ts';
import type {
  CallerOptions,
  HttpCaller,
  HttpExchange,
  HttpListener,
  HttpRequest,
  OpenCaller,
} from './network-caller.ts';

export function fetchCaller({ origin, runtime }: CallerOptions): HttpCaller {
  return new FetchCaller(origin, runtime, (request) => fetch(request));
}

/** A function in this process in place of the network: what it is given and gives back are the web's own. */
export type FetchFunction = (request: Request) => Response | Promise<Response>;

/** Calls a function where a server would be. */
export function functionCaller(answer: FetchFunction): OpenCaller {
  return ({ origin, runtime }) => new FetchCaller(origin, runtime, answer);
}

class FetchCaller implements HttpCaller {
  readonly decodes = true;
  readonly #origin: string;
  readonly #runtime: Runtime;
  readonly #fetch: FetchFunction;
  readonly #exchanges = new Set<FetchExchange>();

  constructor(origin: string, runtime: Runtime, fetch: FetchFunction) {
    this.#origin = origin;
    this.#runtime = runtime;
    this.#fetch = fetch;
  }

  call(request: HttpRequest, listener: HttpListener): HttpExchange {
    const exchange = new FetchExchange(this.#runtime, listener, () => this.#exchanges.delete(exchange));
    this.#exchanges.add(exchange);
    void exchange.run(this.#fetch, this.#origin, request);
    return exchange;
  }

  close(): Promise<void> {
    for (const exchange of this.#exchanges) exchange.cancel();
    return Promise.resolve();
  }
}

class FetchExchange implements HttpExchange {
  readonly #runtime: Runtime;
  readonly #listener: HttpListener;
  readonly #onOver: () => void;
  readonly #abort = new AbortController();
  #isOver = false;
  /** Resolves when a pause is over. */
  #gate: Promise<void> | undefined;
  #open: () => void = () => {};
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #heardAt = 0;
  #timer: Timer | undefined;

  constructor(runtime: Runtime, listener: HttpListener, onOver: () => void) {
    this.#runtime = runtime;
    this.#listener = listener;
    this.#onOver = onOver;
  }

  pause(): void {
    this.#gate ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  resume(): void {
    this.#gate = undefined;
    this.#open();
  }

  cancel(): void {
    if (!this.#over()) return;
    this.#abort.abort();
    this.#leave();
    this.resume();
  }

  async run(fetch: FetchFunction, origin: string, request: HttpRequest): Promise<void> {
    this.#watch(request.silenceMs);
    try {
      const response = await this.#ask(fetch, origin, request);
      await this.#read(response);
    } catch (error) {
      if (!this.#over()) return;
      const code = codeOf(error);
      this.#listener.failed({ code, isUnsent: UNSENT.has(code) });
    }
  }

  /** Rejects, and does not throw, whatever is wrong: nobody is told before `call` returned. */
  async #ask(
    fetch: FetchFunction,
    origin: string,
    { method, target, headers, body }: HttpRequest,
  ): Promise<Response> {
    const request = new Request(`${origin}${target}`, {
      method,
      headers: pairs(headers),
      redirect: 'manual',
      signal: this.#abort.signal,
      // `fetch` takes no memory that threads share; messages are never in such.
      ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
    });
    return fetch(request);
  }

  async #read(response: Response): Promise<void> {
    const reader = response.body?.getReader();
    // Browsers do not say where a redirect leads, nor that it is one.
    const status = response.type === 'opaqueredirect' ? 302 : response.status;
    if (!this.#isOver) this.#listener.head(status, Object.fromEntries(response.headers));
    this.#reader = reader;
    if (this.#isOver) return this.#leave();
    if (reader) await this.#readAll(reader);
    if (this.#over()) this.#listener.end();
  }

  async #readAll(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    while (!this.#isOver) {
      this.#heardAt = this.#runtime.now();
      if (this.#gate) await this.#gate;
      const { done, value } = await reader.read();
      if (done) return;
      if (!this.#isOver) this.#listener.data(value);
    }
  }

  /** A function may not look at the signal, but sees its stream cancelled. */
  #leave(): void {
    this.#reader?.cancel().catch(() => undefined);
  }

  /** Gives up when nothing is heard for so long; one timer, whatever is heard. */
  #watch(silenceMs: number, waitMs = silenceMs): void {
    if (silenceMs === 0) return;
    this.#heardAt ||= this.#runtime.now();
    this.#timer = this.#runtime.after(waitMs, () => {
      const rest = this.#heardAt + silenceMs - this.#runtime.now();
      // Paused, it is we who are silent.
      if (this.#gate) return this.#watch(silenceMs);
      if (rest > 0) return this.#watch(silenceMs, rest);
      if (!this.#over()) return;
      this.#abort.abort();
      this.#leave();
      this.#listener.failed({ code: 'UND_ERR_BODY_TIMEOUT', isUnsent: false });
    });
  }

  /** False when it was over before. */
  #over(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#onOver();
    return true;
  }
}

/** Codes of failures before a connection was there, where the runtime tells them. */
const UNSENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function codeOf(error: unknown): string {
  const { cause, name } = (error ?? {}) as { cause?: { code?: unknown }; name?: unknown };
  if (typeof cause?.code === 'string') return cause.code;
  return typeof name === 'string' ? name : 'unknown';
}

function pairs(headers: readonly string[]): [string, string][] {
  const list: [string, string][] = [];
  for (let at = 0; at + 1 < headers.length; at += 2)
    list.push([headers[at] as string, headers[at + 1] as string]);
  return list;
}
