/** A played gateway for the client of pages: `fetch` asks the test, and the clock is the test's. */
import {
  ClientError,
  connect,
  type ConnectOptions,
  type Link,
  type WireEvent,
} from '../../../src/browser.ts';
import type { Timing } from '../../../src/browser/timing.ts';
import { FakeRuntime, turn } from '../engine/support.ts';

export { turn };

export class FakeTiming extends FakeRuntime implements Timing {
  /** What the dice show. */
  die = 0.5;

  random(): number {
    return this.die;
  }
}

/** A stream that the test writes. */
export class FakeStream {
  readonly body: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #encoder = new TextEncoder();
  isCancelled = false;

  constructor(signal?: AbortSignal | null) {
    this.body = new ReadableStream({
      start: (controller) => void (this.#controller = controller),
      cancel: () => void (this.isCancelled = true),
    });
    signal?.addEventListener('abort', () => this.cut());
  }

  write(text: string | Uint8Array): void {
    this.#controller?.enqueue(typeof text === 'string' ? this.#encoder.encode(text) : text);
  }

  event(event: string, data: unknown, id?: string): void {
    const text = typeof data === 'string' ? data : JSON.stringify(data);
    this.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${text}\n\n`);
  }

  end(): void {
    this.#controller?.close();
  }

  cut(): void {
    try {
      this.#controller?.error(new TypeError('network error'));
    } catch {
      // It had ended.
    }
  }
}

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** The body, read as JSON. */
  readonly body: Record<string, unknown>;
  readonly signal: AbortSignal;
  readonly init: RequestInit;
}

export type Answer = Response | Promise<Response>;

/** Plays both ends' `fetch`; answers what `on` says. */
export class PlayedGateway {
  readonly asked: Asked[] = [];
  readonly streams: FakeStream[] = [];

  readonly on: (asked: Asked, gateway: PlayedGateway) => Answer | undefined;

  constructor(on: PlayedGateway['on']) {
    this.on = on;
  }

  readonly fetch: typeof fetch = async (input, init = {}) => {
    const asked: Asked = {
      method: init.method ?? 'GET',
      url: new URL(input as string | URL),
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : {},
      signal: init.signal as AbortSignal,
      init,
    };
    this.asked.push(asked);
    const answer = this.on(asked, this);
    if (answer) return answer;
    return new Promise((_resolve, reject) => {
      asked.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    });
  };

  /** A stream as an answer. */
  stream(signal?: AbortSignal, headers: Record<string, string> = {}): Response {
    const stream = new FakeStream(signal);
    this.streams.push(stream);
    return new Response(stream.body, { headers: { 'content-type': 'text/event-stream', ...headers } });
  }

  /** The stream opened last. */
  get latest(): FakeStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('No stream was opened.');
    return stream;
  }

  posts(method: string): Asked[] {
    return this.asked.filter(({ body }) => body['method'] === method);
  }

  gets(): Asked[] {
    return this.asked.filter(({ method }) => method === 'GET');
  }
}

export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(value), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

export const accepted = () => new Response(null, { status: 202 });

export const HELLO = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  serverInfo: { name: 'played', version: '1' },
};

export interface Connected {
  readonly link: Link;
  readonly timing: FakeTiming;
  readonly states: [string, string | undefined][];
  readonly events: WireEvent[];
  readonly told: [string, unknown][];
}

export function link(gateway: PlayedGateway, options: Partial<ConnectOptions> = {}): Connected {
  const timing = new FakeTiming();
  const states: [string, string | undefined][] = [];
  const events: WireEvent[] = [];
  const told: [string, unknown][] = [];
  const opened = connect({
    url: 'http://gateway.test/mcp',
    fetch: gateway.fetch,
    timing,
    onState: (state, reason?: ClientError) => void states.push([state, reason?.code]),
    onEvent: (event) => void events.push(event),
    onNotification: (method, params) => void told.push([method, params]),
    ...options,
  });
  return { link: opened, timing, states, events, told };
}

/** Lets everything happen that can, however many turns it takes. */
export async function settled(): Promise<void> {
  for (let n = 0; n < 8; n++) await turn();
}

/** The standard played Streamable server: answers the handshake, has a standing stream, and hands on the rest. */
export function streamable(
  rest: (asked: Asked, gateway: PlayedGateway) => Answer | undefined = () => undefined,
): PlayedGateway {
  return new PlayedGateway((asked, gateway) => {
    const own = rest(asked, gateway);
    if (own) return own;
    const { method, body, signal } = asked;
    if (method === 'GET') return gateway.stream(signal);
    if (method === 'DELETE') return new Response(null, { status: 200 });
    if (body['method'] === 'initialize') {
      return json({ jsonrpc: '2.0', id: body['id'], result: HELLO }, 200, { 'mcp-session-id': 's1' });
    }
    if (body['id'] === undefined || body['method'] === undefined) return accepted();
    return undefined;
  });
}

/** The same for HTTP+SSE: answers travel on the stream. */
export function standing(
  rest: (asked: Asked, gateway: PlayedGateway) => Answer | undefined = () => undefined,
): PlayedGateway {
  return new PlayedGateway((asked, gateway) => {
    const own = rest(asked, gateway);
    if (own) return own;
    const { method, body, signal } = asked;
    if (method === 'GET') {
      const response = gateway.stream(signal);
      gateway.latest.event('endpoint', `/messages?sessionId=${gateway.streams.length}`);
      return response;
    }
    if (body['method'] === 'initialize')
      gateway.latest.event('message', { jsonrpc: '2.0', id: body['id'], result: HELLO });
    return accepted();
  });
}

export const result = (id: unknown, value: unknown) => ({ jsonrpc: '2.0', id, result: value });
export const log = (n: number) => ({ jsonrpc: '2.0', method: 'notifications/message', params: { data: n } });

/** How a promise of the client ended: `answered`, or the code of its error. */
export function codeOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'answered',
    (error: unknown) => (error instanceof ClientError ? error.code : String(error)),
  );
}
