/** MCP clients that do just what they are told: any id, any body, any order. */
import { type EventFeed, type Reply, type Rpc, send, type Sending, within } from './raw.ts';

export const JSON_TYPE = { 'content-type': 'application/json' };
export const BOTH_TYPES = { accept: 'application/json, text/event-stream' };
const STREAM_TYPE = { accept: 'text/event-stream' };

type Headers = NonNullable<Sending['headers']>;
type Body = Rpc | string | Uint8Array | readonly Rpc[];

export function request(id: string | number, method: string, params: object = {}): Rpc {
  return { jsonrpc: '2.0', id, method, params: params as Record<string, unknown> };
}

export function toolCall(id: string | number, name: string, args: object = {}, token?: string | number): Rpc {
  const meta = token === undefined ? {} : { _meta: { progressToken: token } };
  return request(id, 'tools/call', { name, arguments: args, ...meta });
}

export function hello(id: string | number, version: string): Rpc {
  return request(id, 'initialize', {
    protocolVersion: version,
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  });
}

const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' };

/** The text of a tool's answer. */
export function textOf(answer: Rpc): string {
  return answer.result?.content?.[0]?.text ?? `no text in ${JSON.stringify(answer)}`;
}

/** The stable word of an error of the gateway. */
export function wordOf(answer: Rpc): string | undefined {
  return answer.error?.data?.code;
}

/** A client of HTTP+SSE. */
export class SseClient {
  readonly stream: Reply;
  readonly feed: EventFeed;
  readonly endpoint: URL;
  readonly #headers: Headers;

  /** Opens the stream and waits for the endpoint. */
  static async open(url: string, headers: Headers = {}): Promise<SseClient> {
    const stream = await send(url, { headers: { ...STREAM_TYPE, ...headers }, alone: true });
    if (stream.status !== 200) throw new Error(`GET ${url} was answered ${stream.status}.`);
    const { events } = stream;
    const first = await events.until('the endpoint', () => events.events[0]);
    if (first.event !== 'endpoint') throw new Error(`The first event was ${first.event}.`);
    return new SseClient(stream, new URL(first.data, url), headers);
  }

  constructor(stream: Reply, endpoint: URL, headers: Headers) {
    this.stream = stream;
    this.feed = stream.events;
    this.endpoint = endpoint;
    this.#headers = headers;
  }

  get sessionId(): string {
    return this.endpoint.searchParams.get('sessionId') ?? '';
  }

  post(body: Body, sending: Sending = {}): Promise<Reply> {
    return send(this.endpoint, {
      method: 'POST',
      ...sending,
      headers: { ...JSON_TYPE, ...this.#headers, ...sending.headers },
      body: encoded(body),
    });
  }

  /** Posts a request and resolves with its answer on the stream; an id may be used again once it is answered. */
  async ask(message: Rpc, ms?: number): Promise<Rpc> {
    const before = this.feed.messages.filter(({ id, method }) => id === message.id && !method).length;
    const answer = this.feed.answer(message.id ?? null, before + 1, ms);
    answer.catch(() => {});
    const reply = await this.post(message);
    await reply.text();
    return answer;
  }

  /** @throws Error at once where the request is refused: no answer comes then */
  async initialize(version = '2024-11-05'): Promise<Rpc> {
    const answered = this.feed.answer('hello', 1);
    answered.catch(() => {});
    const reply = await this.post(hello('hello', version));
    const text = await reply.text();
    if (reply.status >= 400) throw new Error(`The POST was answered ${reply.status}: ${text}`);
    const answer = await answered;
    await (await this.post(INITIALIZED)).text();
    return answer;
  }

  close(): void {
    this.stream.cut();
  }
}

/** A client of Streamable HTTP. */
export class StreamableClient {
  readonly url: string;
  readonly version: string;
  sessionId: string | undefined;
  readonly #headers: Headers;

  /** Starts a session. */
  static async start(url: string, version = '2025-11-25', headers: Headers = {}): Promise<StreamableClient> {
    const client = new StreamableClient(url, version, headers);
    const reply = await client.post(hello('hello', version));
    const id = reply.headers['mcp-session-id'];
    const answer = await answerOf(reply, 'hello');
    if (typeof id !== 'string') throw new Error(`No session: ${reply.status} ${JSON.stringify(answer)}`);
    client.sessionId = id;
    await (await client.post(INITIALIZED)).text();
    return client;
  }

  constructor(url: string, version: string, headers: Headers = {}) {
    this.url = url;
    this.version = version;
    this.#headers = headers;
  }

  get headers(): Headers {
    if (this.sessionId === undefined) return this.#headers;
    const version = this.version >= '2025-06-18' ? { 'mcp-protocol-version': this.version } : {};
    return { ...version, 'mcp-session-id': this.sessionId, ...this.#headers };
  }

  post(body: Body, sending: Sending = {}): Promise<Reply> {
    return send(this.url, {
      method: 'POST',
      ...sending,
      headers: { ...JSON_TYPE, ...BOTH_TYPES, ...this.headers, ...sending.headers },
      body: encoded(body),
    });
  }

  /** Posts a request and resolves with its answer, in a body or on a stream. */
  async ask(message: Rpc): Promise<Rpc> {
    return answerOf(await this.post(message), message.id ?? null);
  }

  /** The standing stream, or with an event id the rest of the stream it belongs to. */
  get(lastEventId?: string, headers: Headers = {}): Promise<Reply> {
    const last = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    return send(this.url, { headers: { ...STREAM_TYPE, ...this.headers, ...last, ...headers }, alone: true });
  }

  async delete(headers: Headers = {}): Promise<Reply> {
    return send(this.url, { method: 'DELETE', headers: { ...this.headers, ...headers } });
  }
}

async function answerOf(reply: Reply, id: string | number | null): Promise<Rpc> {
  return reply.isStream ? reply.events.answer(id) : within(reply.json<Rpc>(), 'a JSON answer');
}

function encoded(body: Body): string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
}
