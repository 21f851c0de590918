/** Clients of the custom dialects, each doing what its documents say with nothing but HTTP. */
import { JSON_TYPE } from './raw-clients.ts';
import { type EventFeed, type RawEvent, type Reply, type Rpc, send, type Sending } from './raw.ts';

/** A stream of events, and POSTs beside it. */
export class CustomClient {
  readonly stream: Reply;
  readonly feed: EventFeed;
  readonly #url: string;

  static async open(url: string, headers: Sending['headers'] = {}): Promise<CustomClient> {
    const stream = await send(url, { headers: { accept: 'text/event-stream', ...headers }, alone: true });
    if (stream.status !== 200) throw new Error(`GET ${url} was answered ${stream.status}.`);
    return new CustomClient(url, stream);
  }

  constructor(url: string, stream: Reply) {
    this.#url = url;
    this.stream = stream;
    this.feed = stream.events;
  }

  /** The first event of a type, or the one after so many others of it. */
  event(type: string, index = 0): Promise<RawEvent> {
    return this.feed.until(`event ${index} of type ${type}`, () => this.all(type)[index]);
  }

  all(type: string): RawEvent[] {
    return this.feed.events.filter(({ event }) => event === type);
  }

  /** The data of an event of this type, as JSON. */
  async data(type: string, index = 0): Promise<Record<string, unknown>> {
    return JSON.parse((await this.event(type, index)).data) as Record<string, unknown>;
  }

  /** The answer to a request in events of a type. */
  answer(type: string, id: string | number): Promise<Rpc> {
    return this.feed.until(`the answer to ${id} as ${type}`, () =>
      this.all(type)
        .map(({ data }) => JSON.parse(data) as Rpc)
        .find((message) => message.id === id && message.method === undefined),
    );
  }

  /** @param path relative to the stream, or absolute */
  post(path: string, body: unknown, headers: Sending['headers'] = {}): Promise<Reply> {
    return send(new URL(path, this.#url), {
      method: 'POST',
      headers: { ...JSON_TYPE, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  close(): void {
    this.stream.cut();
  }
}

/** The client of `clg`: names its connection in each body, and reads `mcp-response`. */
export class ClgClient extends CustomClient {
  connectionId = '';

  static override async open(url: string, headers: Sending['headers'] = {}): Promise<ClgClient> {
    const { stream } = await CustomClient.open(url, headers);
    const client = new ClgClient(url, stream);
    client.connectionId = String((await client.data('connected'))['connectionId']);
    return client;
  }

  /** Posts to the path of the stream itself. */
  say(message: Rpc | Record<string, unknown>): Promise<Reply> {
    return this.post('', { ...message, connectionId: this.connectionId, protocol: 'sse' });
  }

  async ask(message: Rpc): Promise<Rpc> {
    const reply = await this.say(message);
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`${reply.status} ${text}`);
    return this.answer('mcp-response', message.id as string | number);
  }
}

/** The client of `rails`: posts to `/mcp/sse/message`, and reads `mcp_response`. */
export class RailsClient extends CustomClient {
  connectionId = '';
  #path = '/mcp/sse/message';

  /** @param path where it posts; default: at the root */
  static override async open(
    url: string,
    headers: Sending['headers'] = {},
    path?: string,
  ): Promise<RailsClient> {
    const { stream } = await CustomClient.open(url, headers);
    const client = new RailsClient(url, stream);
    client.connectionId = String((await client.data('connected'))['connection_id']);
    client.#path = path ?? client.#path;
    return client;
  }

  say(message: Rpc | Record<string, unknown>): Promise<Reply> {
    return this.post(this.#path, { ...message, connection_id: this.connectionId });
  }

  async ask(message: Rpc): Promise<Rpc> {
    const reply = await this.say(message);
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`${reply.status} ${text}`);
    return this.answer('mcp_response', message.id as string | number);
  }
}
