/**
 * The console as an MCP client of one server, through the gateway: lists, calls, prompts, resources, completions; and
 * what the server says and asks of its own accord.
 *
 * Source: MCP 2025-11-25, client and server features.
 */
import { connect, type Link, type ServerInfo } from '../../../browser/connect.ts';
import type { Progress } from '../../../browser/calls.ts';
import type { ClientError } from '../../../browser/errors.ts';
import type { LinkState } from '../../../browser/options.ts';
import { type Item, itemsIn, type Kind, LISTS, recordOf, textOf } from './items.ts';
import { type Questions, readQuestion } from './questions.ts';

export type { Progress } from '../../../browser/calls.ts';
export type { LinkState } from '../../../browser/options.ts';

type Params = Readonly<Record<string, unknown>>;

/** A line that the server wrote (MCP, logging). */
export interface LogEntry {
  readonly at: number;
  readonly level: string;
  readonly logger: string;
  readonly data: unknown;
}

export interface Root {
  readonly uri: string;
  readonly name?: string;
}

export interface ClientOptions {
  /** As it is configured: `name`, or `project/name`. */
  readonly server: string;
  /** Its Streamable HTTP; by default that of the admin API, `../admin/servers/{server}/mcp`. */
  readonly url?: string;
  /** Who answers its questions; without, the page offers no elicitation and no sampling. */
  readonly questions?: Questions;
  /** What it is told when it asks for roots. */
  readonly roots?: () => readonly Root[];
  readonly onState?: (state: LinkState, reason?: ClientError) => void;
  /** A list is another one now. */
  readonly onListChanged?: (kinds: readonly Kind[]) => void;
  readonly onLog?: (entry: LogEntry) => void;
  /** A resource that is watched is another one now. */
  readonly onUpdated?: (uri: string) => void;
  /** What is done outside of the page is done: an elicitation in url mode, by its id. */
  readonly onElicited?: (elicitationId: string) => void;
}

export interface Asking {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Listed {
  readonly items: readonly Item[];
  /** Whether there are more than the page takes. */
  readonly isCut: boolean;
}

export interface Completion {
  readonly values: readonly string[];
  readonly hasMore: boolean;
}

/** What completes: a prompt by its name, or a resource template by its URI. */
export type Reference =
  | { readonly type: 'ref/prompt'; readonly name: string }
  | { readonly type: 'ref/resource'; readonly uri: string };

/** A page takes so many pages of a list, and so many items. */
const MOST_PAGES = 500;
const MOST_ITEMS = 10_000;
/** A person decides when a call has taken too long; this is for those who went away. */
const CALL_MS = 3_600_000;
const LIST_MS = 60_000;
/** A result of 10 MB, and what JSON makes of it where each character is written with six. */
const LONGEST_MESSAGE = 64 * 1024 * 1024;

export class McpClient {
  readonly server: string;
  readonly #link: Link;
  readonly #options: ClientOptions;
  readonly #opened = Promise.withResolvers<void>();

  /** Connects at once; what is asked meanwhile waits. */
  constructor(options: ClientOptions) {
    this.server = options.server;
    this.#options = options;
    // Whoever waits for it is told; nobody may.
    this.#opened.promise.catch(() => {});
    this.#link = connect({
      url: options.url ?? `../admin/servers/${encodeURIComponent(options.server)}/mcp`,
      dialect: 'streamable',
      clientInfo: { name: 'sluice-console', version: '1' },
      capabilities: capabilitiesOf(options),
      timeoutMs: CALL_MS,
      limits: { messageLength: LONGEST_MESSAGE },
      onState: (state, reason) => this.#turned(state, reason),
      onNotification: (method, params) => this.#heard(method, params ?? {}),
      onRequest: (method, params, signal) => this.#asked(method, params ?? {}, signal),
    });
  }

  get state(): LinkState {
    return this.#link.state;
  }

  /** What the server said of itself; undefined before the link is open. */
  get info(): ServerInfo | undefined {
    return this.#link.server;
  }

  /** Whether the server said that it has this, like `tools` or `completions`. */
  can(capability: string): boolean {
    return capability in recordOf(this.info?.capabilities);
  }

  /** Any request. Rejects with `RpcError` where the server answers with an error, else with `ClientError`. */
  request(method: string, params: Params = {}, asking: Asking = {}): Promise<unknown> {
    return this.#link.request(method, params, asking);
  }

  /** All pages of a list, as far as the page takes them; nothing of a kind that the server does not have. */
  async list(kind: Kind, signal?: AbortSignal): Promise<Listed> {
    await this.#opened.promise;
    const { method, capability } = LISTS[kind];
    if (!this.can(capability)) return { items: [], isCut: false };
    const items: Item[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && items.length < MOST_ITEMS; page++) {
      const asking = { timeoutMs: LIST_MS, ...(signal ? { signal } : {}) };
      const result = await this.#link.request(method, cursor === undefined ? {} : { cursor }, asking);
      items.push(...itemsIn(kind, result));
      const next = recordOf(result)['nextCursor'];
      // A server that names the same page again would go on for ever.
      if (typeof next !== 'string' || next === cursor) return cut(items);
      cursor = next;
    }
    return { ...cut(items), isCut: true };
  }

  call(name: string, args: unknown, asking: Asking = {}): Promise<unknown> {
    const params = { name, arguments: args };
    return this.request('tools/call', params, { onProgress: () => {}, ...asking });
  }

  prompt(name: string, args: Readonly<Record<string, string>>, asking: Asking = {}): Promise<unknown> {
    return this.request('prompts/get', { name, arguments: args }, asking);
  }

  read(uri: string, asking: Asking = {}): Promise<unknown> {
    return this.request('resources/read', { uri }, asking);
  }

  /** What an argument may go on with; nothing where the server does not complete. */
  async complete(
    ref: Reference,
    argument: { readonly name: string; readonly value: string },
    others: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Completion> {
    if (!this.can('completions')) return { values: [], hasMore: false };
    const params = { ref, argument, context: { arguments: others } };
    const { completion } = recordOf(await this.request('completion/complete', params, { signal }));
    const { values, hasMore } = recordOf(completion);
    const texts = Array.isArray(values) ? values.filter((value) => typeof value === 'string') : [];
    return { values: texts.slice(0, 100), hasMore: hasMore === true || texts.length > 100 };
  }

  /** From which level on the server writes lines. */
  async setLevel(level: string): Promise<void> {
    await this.request('logging/setLevel', { level });
  }

  async watch(uri: string, isWanted: boolean): Promise<void> {
    await this.request(isWanted ? 'resources/subscribe' : 'resources/unsubscribe', { uri });
  }

  /** Tells the server that the roots are others now. */
  async rootsChanged(): Promise<void> {
    await this.#link.notify('notifications/roots/list_changed');
  }

  /** Ends the session. Idempotent. */
  close(): void {
    this.#link.close();
  }

  #turned(state: LinkState, reason?: ClientError): void {
    if (state === 'open') this.#opened.resolve();
    if (state === 'closed') this.#opened.reject(reason ?? new Error('The session was ended.'));
    this.#options.onState?.(state, reason);
  }

  #heard(method: string, params: Params): void {
    const { onListChanged, onLog, onUpdated, onElicited } = this.#options;
    if (method === 'notifications/message') onLog?.(entryOf(params));
    else if (method === 'notifications/resources/updated') onUpdated?.(textOf(params['uri']));
    else if (method === 'notifications/elicitation/complete') onElicited?.(textOf(params['elicitationId']));
    else if (CHANGES[method]) onListChanged?.(CHANGES[method]);
  }

  #asked(method: string, params: Params, signal: AbortSignal): unknown {
    if (method === 'roots/list') return { roots: this.#options.roots?.() ?? [] };
    const asked = readQuestion(method, params);
    if (!asked || !this.#options.questions) throw new RangeError(`The console does not answer ${method}.`);
    return this.#options.questions.ask(this.server, asked, params, signal);
  }
}

function cut(items: readonly Item[]): Listed {
  return { items: items.slice(0, MOST_ITEMS), isCut: items.length > MOST_ITEMS };
}

const CHANGES: Readonly<Record<string, readonly Kind[]>> = {
  'notifications/tools/list_changed': ['tool'],
  'notifications/prompts/list_changed': ['prompt'],
  'notifications/resources/list_changed': ['resource', 'template'],
};

function capabilitiesOf({ questions }: ClientOptions): Params {
  const roots = { roots: { listChanged: true } };
  return questions ? { ...roots, sampling: {}, elicitation: { form: {}, url: {} } } : roots;
}

function entryOf(params: Params): LogEntry {
  const { level, logger, data } = params;
  return { at: Date.now(), level: textOf(level) || 'info', logger: textOf(logger), data };
}
