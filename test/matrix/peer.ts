/**
 * A real client of some SDK, in one shape for all of them.
 *
 * What it does goes through the SDK's own methods, so that the SDK's own checks judge every answer. What came in
 * is recorded twice: as the SDK's transport parsed it (everything, in order) and as the SDK's handlers got it.
 */
import { PATIENCE_MS } from '../support/patience.ts';
import type { Rpc } from '../support/raw.ts';

export type Params = Record<string, unknown>;
export type Result = NonNullable<Rpc['result']>;

export interface CallOptions {
  readonly onprogress?: (progress: Progress) => void;
  readonly signal?: AbortSignal;
  readonly meta?: Params;
}

export interface Progress {
  readonly progress: number;
  readonly total?: number | undefined;
}

/** What a client answers a server: a result, or a thrown error. */
export type Answerer = (params: Params) => Result;

/** What an SDK's client and transport must offer; each generation has an adapter. */
export interface Sdk {
  /** Connects, and hands everything that arrives to `record`. */
  connect(): Promise<void>;
  /** Through the SDK's method of that name where it has one, otherwise as a plain request. */
  ask(method: string, params: Params, options: CallOptions): Promise<Result>;
  notify(method: string): Promise<void>;
  capabilities(): Params;
  /** The result of `server/discover`, where the client took the server for a modern one. */
  discovered?(): Params | undefined;
  /** Modern: opens a subscription; gives back how to end it. */
  listen?(filter: Params): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** What an adapter tells the peer. */
export interface Ears {
  /** A message as the transport parsed it. */
  message(message: Rpc): void;
  /** A notification as the client's handler got it. */
  notified(method: string, params: Params): void;
  /** A question of the server; gives back the answer. */
  asked(method: string, params: Params): Result;
  error(error: Error): void;
}

/** Asked of every client that offers the capability. */
export const QUESTIONS = ['sampling/createMessage', 'elicitation/create', 'roots/list'] as const;

export const ANNOUNCED = [
  'notifications/tools/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/prompts/list_changed',
  'notifications/message',
] as const;

/** Pages a list may have. */
const MOST_PAGES = 50;

export class Peer implements Ears {
  /** Every message from the server, in order. */
  readonly messages: Rpc[] = [];
  /** Every notification that the SDK took for well-formed, in order. */
  readonly notifications: { method: string; params: Params }[] = [];
  readonly questions: { method: string; params: Params }[] = [];
  /** What the SDK complained about. */
  readonly errors: Error[] = [];
  /** What to answer to each question; may be set at any time. */
  readonly answers = new Map<string, Answerer>();
  readonly #waiters = new Set<() => boolean>();
  #sdk: Sdk | undefined;

  static async connect(make: (ears: Ears) => Sdk): Promise<Peer> {
    const peer = new Peer();
    peer.#sdk = make(peer);
    await peer.#sdk.connect();
    return peer;
  }

  /** The result of `initialize`. */
  get hello(): Result {
    return this.messages.find((message) => message.result && 'serverInfo' in message.result)?.result ?? {};
  }

  get capabilities(): Params {
    return this.#client.capabilities();
  }

  /** The result of `server/discover`; undefined on a legacy connection. */
  get discovered(): Params | undefined {
    return this.#client.discovered?.();
  }

  /** Opens a subscription (modern); gives back how to end it. */
  listen(filter: Params): Promise<() => Promise<void>> {
    const { listen } = this.#client;
    if (!listen) throw new Error('This client cannot listen.');
    return listen.call(this.#client, filter);
  }

  ask(method: string, params: Params = {}, options: CallOptions = {}): Promise<Result> {
    return this.#client.ask(method, params, options);
  }

  call(name: string, args: Params = {}, options: CallOptions = {}): Promise<Result> {
    const meta = options.meta ? { _meta: options.meta } : {};
    return this.ask('tools/call', { name, arguments: args, ...meta }, options);
  }

  /** The text of a tool's answer. */
  async text(name: string, args: Params = {}, options: CallOptions = {}): Promise<string> {
    const { content } = await this.call(name, args, options);
    return content?.[0]?.text ?? '';
  }

  /** A tool's answer, read as JSON. */
  async json(name: string, args: Params = {}, options: CallOptions = {}): Promise<Params> {
    return JSON.parse(await this.text(name, args, options)) as Params;
  }

  /** All pages of a list, each as it came. */
  async pages(method: string): Promise<Result[]> {
    const pages: Result[] = [];
    let cursor: unknown;
    do {
      const page: Result = await this.ask(method, cursor === undefined ? {} : { cursor });
      pages.push(page);
      cursor = page['nextCursor'];
    } while (cursor !== undefined && pages.length < MOST_PAGES);
    return pages;
  }

  notify(method: string): Promise<void> {
    return this.#client.notify(method);
  }

  /** The first notification that fits, now or when it comes; `after` says how many of all to pass over. */
  async announced(
    method: string,
    fits: (params: Params) => boolean = () => true,
    after = 0,
  ): Promise<Params> {
    const find = () =>
      this.notifications.slice(after).find((each) => each.method === method && fits(each.params));
    return (await this.until(method, find)).params;
  }

  /** The so-manieth question of one method. */
  async questioned(method: string, count = 1): Promise<Params> {
    const find = () => this.questions.filter((each) => each.method === method)[count - 1];
    return (await this.until(`question ${count} of ${method}`, find)).params;
  }

  /** What the server asked last by one method. */
  lastQuestion(method: string): Params | undefined {
    return this.questions.findLast((each) => each.method === method)?.params;
  }

  /** What `look` finds, at once or as soon as anything that comes makes it so. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const found = () => {
          const value = look();
          if (value === undefined) return false;
          resolve(value);
          return true;
        };
        if (found()) return;
        this.#waiters.add(found);
        timer = setTimeout(() => reject(new Error(`Waited in vain for ${what}.`)), PATIENCE_MS);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.#sdk?.close();
  }

  // ------------------------------------------------------------------------------------ what the SDK tells

  message(message: Rpc): void {
    this.messages.push(message);
    this.#tell();
  }

  notified(method: string, params: Params): void {
    this.notifications.push({ method, params });
    this.#tell();
  }

  asked(method: string, params: Params): Result {
    this.questions.push({ method, params });
    this.#tell();
    const answer = this.answers.get(method);
    if (!answer) throw new Error(`The test has no answer to ${method}.`);
    return answer(params);
  }

  error(error: Error): void {
    this.errors.push(error);
  }

  get #client(): Sdk {
    if (!this.#sdk) throw new Error('Not connected.');
    return this.#sdk;
  }

  #tell(): void {
    for (const waiter of [...this.#waiters]) if (waiter()) this.#waiters.delete(waiter);
  }
}

/** Shows everything that a transport hands to its client, before the client gets it. */
export function tap(transport: object, record: (message: Rpc) => void): void {
  let inner: ((message: Rpc, extra?: unknown) => void) | undefined;
  const outer = (message: Rpc, extra?: unknown) => {
    record(message);
    inner?.(message, extra);
  };
  Object.defineProperty(transport, 'onmessage', {
    configurable: true,
    get: () => inner && outer,
    set: (handler: typeof inner) => {
      inner = handler === outer ? inner : handler;
    },
  });
}
