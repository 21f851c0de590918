/** Modern POSTs at a real gateway, by each of its entries: over a socket, and as `fetch` has it. */
import type { TestGateway } from './gateway.ts';
import { PATIENCE_MS, type Rpc, send, within } from './raw.ts';

export const VERSION = '2026-07-28';

export const META = {
  'io.modelcontextprotocol/protocolVersion': VERSION,
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

export type Params = Record<string, unknown>;

export function modernRequest(
  id: number | string,
  method: string,
  params: Params = {},
  meta: Params = {},
): Rpc {
  return { jsonrpc: '2.0', id, method, params: { ...params, _meta: { ...META, ...meta } } };
}

/** The headers that a request needs. */
export function modernHeaders({ method = '', params = {} }: Rpc): Record<string, string> {
  const name = params['name'] ?? params['uri'] ?? params['taskId'];
  return {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': VERSION,
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
  };
}

/** The one answer in a whole reply: its body, or the last event of a stream. */
export function answerIn(text: string): string {
  const events = text.startsWith('{') ? [] : text.split('\n').filter((line) => line.startsWith('data: {'));
  return events.at(-1)?.slice('data: '.length) ?? text;
}

/** What came back, whole. */
export interface Whole {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What came back so far, and the means to go away. */
export interface Open {
  readonly status: number;
  readonly isStream: boolean;
  /** Resolves with the text so far once it fits. */
  until(fits: RegExp): Promise<string>;
  cut(): void;
}

/** One way into a gateway. */
export interface Entry {
  readonly name: string;
  post(
    at: TestGateway,
    url: string,
    headers: Record<string, string>,
    body: string | Uint8Array,
  ): Promise<Whole>;
  /** The same, read as it comes. */
  open(at: TestGateway, url: string, headers: Record<string, string>, body: string): Promise<Open>;
  /** Sends it, and goes away as soon as `when` resolves, without having had an answer. */
  leave(
    at: TestGateway,
    url: string,
    headers: Record<string, string>,
    body: string,
    when: Promise<unknown>,
  ): Promise<void>;
}

const socket: Entry = {
  name: 'node:http',
  post: async (_at, url, headers, body) => {
    const reply = await send(url, { method: 'POST', headers, body });
    return { status: reply.status, headers: reply.headers, text: await reply.text() };
  },
  open: async (_at, url, headers, body) => {
    const reply = await send(url, { method: 'POST', headers, body, alone: true });
    const { events } = reply;
    const text = () => events.events.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('');
    return {
      status: reply.status,
      isStream: reply.isStream,
      until: (fits) => events.until(String(fits), () => (fits.test(text()) ? text() : undefined)),
      cut: () => reply.cut(),
    };
  },
  leave: async (_at, url, headers, body, when) => {
    const abort = new AbortController();
    const asked = fetch(url, { method: 'POST', headers, body, signal: abort.signal });
    await within(when, 'the time to leave');
    abort.abort();
    await asked.catch(() => undefined);
  },
};

const fetched: Entry = {
  name: 'gateway.fetch',
  post: async (at, url, headers, body) => {
    const reply = await at.gateway.fetch(requestOf(url, headers, body));
    return { status: reply.status, headers: Object.fromEntries(reply.headers), text: await reply.text() };
  },
  open: async (at, url, headers, body) => {
    const reply = await at.gateway.fetch(requestOf(url, headers, body));
    const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    return {
      status: reply.status,
      isStream: reply.headers.get('content-type')?.startsWith('text/event-stream') ?? false,
      until: async (fits) => {
        while (!fits.test(text)) {
          const next = await within(
            reader?.read() ?? Promise.reject(new Error('no body')),
            String(fits),
            PATIENCE_MS,
          );
          if (next.done) throw new Error(`It ended before ${fits}: ${text}`);
          text += next.value;
        }
        return text;
      },
      cut: () => void reader?.cancel(),
    };
  },
  leave: async (at, url, headers, body, when) => {
    const abort = new AbortController();
    const asked = at.gateway.fetch(requestOf(url, headers, body, abort.signal));
    await within(when, 'the time to leave');
    abort.abort();
    await asked;
  },
};

function requestOf(
  url: string,
  headers: Record<string, string>,
  body: string | Uint8Array,
  signal?: AbortSignal,
) {
  const sent = typeof body === 'string' ? body : new Uint8Array(body);
  return new Request(url, { method: 'POST', headers, body: sent, ...(signal ? { signal } : {}) });
}

export const ENTRIES: readonly Entry[] = [socket, fetched];
