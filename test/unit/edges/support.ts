/** The front door with played requests: no socket, no clock. */
import { createHash } from 'node:crypto';
import { compose, type GatewayOptions } from '../../../src/edges/compose.ts';
import type { IncomingRequest } from '../../../src/edges/http/request.ts';
import { bytesOf, FakeDriver, FakeResponder, FakeRuntime, Notes, turn } from '../engine/support.ts';

export const KEY = 'slc_right';
export const OTHER_KEY = 'slc_other';

/** A body that comes when the test says so. */
export interface Held {
  readonly body: Promise<Uint8Array>;
  arrive(value: unknown): void;
  fail(error: Error): void;
}

export function held(): Held {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  return { body: promise, arrive: (value) => resolve(bytesOf(value)), fail: reject };
}

export class FakeRequest implements IncomingRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly peer: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #body: Promise<Uint8Array>;
  bodiesRead = 0;

  constructor(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: Promise<Uint8Array>,
    peer = '127.0.0.1',
  ) {
    this.peer = peer;
    const question = url.indexOf('?');
    this.method = method;
    this.path = question < 0 ? url : url.slice(0, question);
    this.query = question < 0 ? '' : url.slice(question + 1);
    this.#headers = headers;
    this.#body = body;
  }

  header(name: string): string | undefined {
    return this.#headers[name];
  }

  mcpHeaders(): [string, string][] {
    return Object.entries(this.#headers).filter(([name]) => name.startsWith('mcp-'));
  }

  body(): Promise<Uint8Array> {
    this.bodiesRead++;
    return this.#body;
  }
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly held?: Held;
  /** The address of the socket's other end. */
  readonly peer?: string;
}

export const JSON_POST = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

export function front(options: Partial<GatewayOptions> = {}) {
  const runtime = new FakeRuntime();
  const notes = new Notes();
  const driver = new FakeDriver();
  driver.answersCalls = true;
  const composed = compose(
    { servers: { srv: driver }, observer: notes.observer, ...options },
    { runtime, sha256: (text) => createHash('sha256').update(text).digest('hex') },
  );
  const begin = (method: string, url: string, asked: Asked = {}) => {
    const headers = {
      host: 'localhost:8808',
      ...(method === 'POST' ? JSON_POST : {}),
      ...(method === 'GET' ? { accept: 'text/event-stream' } : {}),
      ...asked.headers,
    };
    const body = asked.held?.body ?? Promise.resolve(bytesOf(asked.body ?? ''));
    const responder = new FakeResponder();
    const request = new FakeRequest(method, url, headers, body, asked.peer);
    composed.front.handle(request, responder);
    return { request, responder };
  };
  /** Asks, and lets everything happen that can. */
  const ask = async (method: string, url: string, asked: Asked = {}): Promise<FakeResponder> => {
    const { responder } = begin(method, url, asked);
    await turn();
    return responder;
  };
  return { ...composed, runtime, notes, driver, begin, ask };
}

export type FrontWorld = ReturnType<typeof front>;

export const initialize = (id: number | string = 0, version = '2025-06-18') => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion: version, capabilities: {}, clientInfo: { name: 'c', version: '1' } },
});

export const toolCall = (id: number | string, params: unknown = { name: 't' }) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params,
});

/** Opens a session of Streamable HTTP; its id. */
export async function streamableSession(
  at: FrontWorld,
  headers: Readonly<Record<string, string>> = {},
  version?: string,
): Promise<string> {
  const reply = await at.ask('POST', '/mcp', { body: initialize(0, version), headers });
  const id = reply.headers['mcp-session-id'];
  if (id === undefined) throw new Error(`No session: ${reply.status} ${reply.body}`);
  return id;
}

/** Opens a session of HTTP with SSE: its stream and where it posts. */
export async function sseSession(
  at: FrontWorld,
  headers: Readonly<Record<string, string>> = {},
  path = '/sse',
) {
  const reply = await at.ask('GET', path, { headers });
  const { connection } = reply;
  const endpoint = connection?.frames.find(({ event }) => event === 'endpoint')?.data;
  if (!connection || endpoint === undefined) throw new Error(`No stream: ${reply.status} ${reply.body}`);
  return { connection, endpoint };
}
