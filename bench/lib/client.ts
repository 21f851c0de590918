/**
 * A raw MCP client over HTTP+SSE or Streamable HTTP: sessions, and lanes on which calls are made one after
 * the other. Callbacks, no promises, on the path of a call.
 */
import { type Answer, parseAnswer } from './answer.ts';
import { HttpConnection, type ResponseHead } from './http.ts';
import { SseReader } from './sse.ts';

export type Transport = 'sse' | 'streamable';

/** Where a target listens. */
export interface Address {
  readonly port: number;
  readonly ssePath: string;
  readonly mcpPath: string;
  /** Where calls go instead, lane by lane: to other nodes than the one that has the session. */
  readonly callPorts?: readonly number[];
  /** The clients speak 2026-07-28: no session, everything in the request. */
  readonly isModern?: boolean;
}

/** What a modern request says of itself, as the last member of its params. */
const META =
  ',"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",' +
  '"io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1.0.0"},' +
  '"io.modelcontextprotocol/clientCapabilities":{}}}}';

const OPEN_TIMEOUT_MS = 15_000;
const VERSION = { sse: '2024-11-05', streamable: '2025-06-18' } as const;

let lastId = 10_000_000;
/** Ids are never used twice in a run and always eight digits long, so foreign answers are told apart. */
export function nextId(): number {
  lastId += 1;
  return lastId;
}

export class Session {
  readonly transport: Transport;
  readonly address: Address;
  /** Answers and notifications, as they come on the standing stream; for counting. */
  onNotification: ((method: string) => void) | undefined;
  /** Messages for ids that this session never used. */
  strays = 0;
  /** How the answers of POSTs came, over Streamable HTTP. */
  readonly forms = { json: 0, sse: 0 };
  readonly lanes: Lane[] = [];
  readonly waiting = new Map<number, Lane>();
  postPath: string;
  id: string | undefined;
  #stream: HttpConnection | undefined;

  constructor(address: Address, transport: Transport) {
    this.address = address;
    this.transport = transport;
    this.postPath = address.mcpPath;
  }

  /**
   * Opens the session: the standing stream (over SSE always), `initialize` and `initialized` unless `bare`.
   * `lanes` connections stay open for calls. Rejects after 15 s or when the server ends a connection.
   */
  async open(options: { lanes: number; stream?: boolean; bare?: boolean }): Promise<void> {
    if (this.transport === 'sse') await this.#follow();
    if (!options.bare && !this.address.isModern) {
      const lane = this.lane();
      const init = {
        protocolVersion: VERSION[this.transport],
        capabilities: {},
        clientInfo: { name: 'bench', version: '1.0.0' },
      };
      await lane.request('initialize', init);
      await lane.notify('notifications/initialized');
      if (options.stream && this.transport === 'streamable') await this.#follow();
    }
    const { callPorts = [] } = this.address;
    const kept = callPorts.length > 0 ? 0 : options.lanes;
    while (this.lanes.length > kept) this.lanes.pop()?.close();
    while (this.lanes.length < options.lanes) this.lane(callPorts[this.lanes.length % callPorts.length]);
  }

  lane(port = this.address.port): Lane {
    const lane = new Lane(this, port);
    this.lanes.push(lane);
    return lane;
  }

  /** Closes all connections; over Streamable HTTP the session is deleted first, as a polite client does. */
  async close(): Promise<void> {
    try {
      if (this.transport === 'streamable' && this.id) await this.#delete();
    } catch {
      // The server is gone or does not know DELETE: nothing to be deleted then.
    }
    this.#stream?.close();
    for (const lane of this.lanes) lane.close();
  }

  /** A message on the standing stream. */
  take(answer: Answer): void {
    if (answer.method !== undefined) {
      this.onNotification?.(answer.method);
      return;
    }
    const lane = answer.id === undefined ? undefined : this.waiting.get(answer.id);
    if (lane) lane.take(answer);
    else this.strays += 1;
  }

  head(method: string, path: string, port = this.address.port): string {
    const session = this.transport === 'streamable' && this.id;
    return (
      `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
      (session ? `Mcp-Session-Id: ${this.id}\r\nMCP-Protocol-Version: ${VERSION.streamable}\r\n` : '')
    );
  }

  #follow(): Promise<void> {
    const { promise, resolve, reject } = withTimeout();
    const reader = new SseReader((name, bytes, start, end) => {
      if (name === 'endpoint') {
        this.postPath = bytes.toString('utf8', start, end);
        resolve();
      } else if (name === 'message' && end > start) this.take(parseAnswer(bytes, start, end));
    });
    const path = this.transport === 'sse' ? this.address.ssePath : this.address.mcpPath;
    this.#stream = new HttpConnection(this.address.port, {
      head: (head) => {
        if (head.status !== 200) reject(new Error(`GET ${path}: status ${head.status}`));
        else if (this.transport === 'streamable') resolve();
      },
      body: (bytes, start, end) => reader.feed(bytes, start, end),
      done: () => reject(new Error('the stream ended')),
      closed: (reason) => reject(new Error(`the stream broke: ${reason}`)),
    });
    this.#stream.send(`${this.head('GET', path)}Accept: text/event-stream\r\n\r\n`);
    return promise;
  }

  #delete(): Promise<void> {
    const { promise, resolve, reject } = withTimeout(2000);
    const connection = new HttpConnection(this.address.port, {
      body: () => {},
      done: () => resolve(),
      closed: (reason) => reject(new Error(reason)),
    });
    connection.send(`${this.head('DELETE', this.address.mcpPath)}Accept: */*\r\n\r\n`);
    return promise.finally(() => connection.close());
  }
}

/** One connection for POSTs: a call at a time. */
export class Lane {
  /** Called when a call is over: with its answer, or with what went wrong. */
  onDone: ((answer: Answer | undefined, problem: string | undefined) => void) | undefined;
  readonly session: Session;
  readonly #port: number;
  readonly #connection: HttpConnection;
  readonly #reader: SseReader;
  #head: string | undefined;
  #answer: Answer | undefined;
  #isPosted = false;
  #id = 0;
  #json: Buffer[] = [];
  #type = '';

  constructor(session: Session, port: number) {
    this.session = session;
    this.#port = port;
    this.#reader = new SseReader((_name, bytes, start, end) => {
      if (end > start) this.#takeOwn(parseAnswer(bytes, start, end));
    });
    this.#connection = new HttpConnection(port, {
      head: (head) => {
        this.#type = head.contentType;
      },
      body: (bytes, start, end) => this.#body(bytes, start, end),
      done: (head) => this.#done(head),
      closed: (reason) => this.#finish(`connection broke: ${reason}`),
    });
  }

  get isClosed(): boolean {
    return this.#connection.isClosed;
  }

  /** Sends one message. `id` 0: a notification, over when it is accepted. */
  /** @param name of the tool that is called */
  post(body: string, id: number, name = ''): void {
    this.#answer = undefined;
    this.#isPosted = false;
    this.#id = id;
    if (id > 0 && this.session.transport === 'sse') this.session.waiting.set(id, this);
    this.#head ??=
      this.session.head('POST', this.session.postPath, this.#port) +
      'Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\nContent-Length: ';
    if (this.session.address.isModern) return this.#postModern(body, name);
    this.#connection.send(`${this.#head}${body.length}\r\n\r\n${body}`);
  }

  #postModern(body: string, name: string): void {
    const whole = body.slice(0, -2) + META;
    const words = `MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: ${name}\r\n`;
    const head = (this.#head as string).replace('Content-Type', `${words}Content-Type`);
    this.#connection.send(`${head}${whole.length}\r\n\r\n${whole}`);
  }

  /** The answer to the call in flight, from the standing stream. */
  take(answer: Answer): void {
    if (answer.id !== undefined) this.session.waiting.delete(answer.id);
    this.#answer = answer;
    if (this.#isPosted) this.#finish(undefined);
  }

  request(method: string, params: object): Promise<Answer> {
    const id = nextId();
    return this.#once(JSON.stringify({ jsonrpc: '2.0', id, method, params }), id) as Promise<Answer>;
  }

  notify(method: string): Promise<Answer | undefined> {
    return this.#once(JSON.stringify({ jsonrpc: '2.0', method }), 0);
  }

  close(): void {
    this.onDone = undefined;
    this.#connection.close();
  }

  #once(body: string, id: number): Promise<Answer | undefined> {
    const { promise, resolve, reject } = withTimeout<Answer | undefined>();
    this.onDone = (answer, problem) => (problem ? reject(new Error(problem)) : resolve(answer));
    this.post(body, id);
    return promise.finally(() => {
      this.onDone = undefined;
      // The head of the next request names the session that `initialize` has made.
      this.#head = undefined;
    });
  }

  #body(bytes: Buffer, start: number, end: number): void {
    if (this.session.transport === 'sse') return;
    if (this.#type.startsWith('text/event-stream')) this.#reader.feed(bytes, start, end);
    else this.#json.push(Buffer.from(bytes.subarray(start, end)));
  }

  #done(head: ResponseHead): void {
    this.#isPosted = true;
    if (head.status < 200 || head.status > 299) return this.#finish(`status ${head.status}`);
    if (this.session.transport === 'streamable') {
      this.session.id ??= head.sessionId;
      if (this.#json.length > 0) this.#takeJson();
      else if (this.#id > 0) this.session.forms.sse += 1;
      if (this.#id > 0 && !this.#answer) return this.#finish('no answer in the body');
      return this.#finish(undefined);
    }
    if (this.#answer || this.#id === 0) this.#finish(undefined);
  }

  #takeJson(): void {
    const body = this.#json.length === 1 ? (this.#json[0] as Buffer) : Buffer.concat(this.#json);
    this.#json = [];
    if (this.#id === 0) return;
    this.session.forms.json += 1;
    this.#takeOwn(parseAnswer(body, 0, body.length));
  }

  #takeOwn(answer: Answer): void {
    if (answer.method !== undefined) this.session.onNotification?.(answer.method);
    else if (answer.id === this.#id) this.#answer = answer;
    else this.session.strays += 1;
  }

  #finish(problem: string | undefined): void {
    if (problem !== undefined) this.session.waiting.delete(this.#id);
    this.onDone?.(this.#answer, problem);
  }
}

function withTimeout<T = void>(ms = OPEN_TIMEOUT_MS) {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  // Whoever waits hears of it; a stream that breaks later is told by the calls that fail.
  promise.catch(() => {});
  return { promise: promise.finally(() => clearTimeout(timer)), resolve, reject };
}
