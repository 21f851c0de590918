/** What the tests of merged servers share: several played servers behind one mount. */
import { alone } from '../../../../src/backplanes/alone.ts';
import { MemoryEventLog } from '../../../../src/backplanes/memory.ts';
import { httpSse } from '../../../../src/dialects/table.ts';
import { Gateway, isRefusal } from '../../../../src/engine/gateway.ts';
import type { OpenOptions } from '../../../../src/engine/session-options.ts';
import type { Merge, MergeOptions } from '../../../../src/engine/merge/merge.ts';
import type { ServerOptions } from '../../../../src/engine/server-options.ts';
import type { Session } from '../../../../src/engine/session.ts';
import type { Settings } from '../../../../src/engine/settings.ts';
import { FakeDriver, type FakeLink } from '../fake-driver.ts';
import { call, FakeConnection, FakeRuntime, hello, Notes, notify, turn } from '../support.ts';
import type { Wire } from '../wire.ts';

export { call, FakeConnection, hello, message, notify, turn } from '../support.ts';
export type { FakeLink } from '../fake-driver.ts';
export type { Wire } from '../wire.ts';

/** What a played server has. Lists hold names or URIs, or whole items. */
export interface Has {
  tools?: readonly (string | object)[];
  prompts?: readonly (string | object)[];
  resources?: readonly (string | object)[];
  templates?: readonly (string | object)[];
  /** Resources that can be read though nobody lists them. */
  readable?: readonly string[];
  capabilities?: Record<string, unknown>;
  instructions?: string;
  /** Items on a page; default all. */
  pageSize?: number;
  server?: Partial<ServerOptions>;
}

/** A played server that lists, and says of each call what it was asked. It is silent while `isSlow`. */
export class Lister extends FakeDriver {
  readonly name: string;
  has: Has;
  /** What it was asked while it was slow. */
  isSlow = false;
  readonly #unsaid: (() => void)[] = [];

  constructor(has: Has, name = '') {
    super();
    this.name = name;
    this.has = has;
    this.handshake = {
      protocolVersion: '2025-06-18',
      capabilities: has.capabilities ?? {
        tools: { listChanged: true },
        prompts: {},
        resources: { subscribe: true },
        logging: {},
        completions: {},
      },
      serverInfo: { name: 'played', version: '1' },
      ...(has.instructions === undefined ? {} : { instructions: has.instructions }),
    };
    this.script = (wire, link) => this.#answer(wire, link);
  }

  /** Says everything it did not say while it was slow. */
  wake(): void {
    this.isSlow = false;
    for (const say of this.#unsaid.splice(0)) say();
  }

  /** Requests of a method that it got, over all its links. */
  asked(method: string): Wire[] {
    return this.links.flatMap((link) => link.sent.filter((wire) => wire.method === method));
  }

  #answer(wire: Wire, link: FakeLink): Pick<Wire, 'result' | 'error'> | undefined {
    if (wire.method === undefined) return undefined;
    const answer = this.#said(wire.method, wire.params ?? {});
    if (!this.isSlow || !answer) return answer;
    this.#unsaid.push(() => link.says({ jsonrpc: '2.0', id: wire.id, ...answer }));
    return undefined;
  }

  #said(method: string, params: Record<string, unknown>): Pick<Wire, 'result' | 'error'> | undefined {
    const { tools, prompts, resources, templates, readable = [] } = this.has;
    switch (method) {
      case 'tools/list':
        return this.#page('tools', tools, 'name', params);
      case 'prompts/list':
        return this.#page('prompts', prompts, 'name', params);
      case 'resources/list':
        return this.#page('resources', resources, 'uri', params);
      case 'resources/templates/list':
        return this.#page('resourceTemplates', templates, 'uriTemplate', params);
      case 'resources/read':
        return [...(resources ?? []), ...readable].includes(String(params['uri'])) || this.#isMade(params)
          ? { result: { contents: [params['uri']] } }
          : { error: { code: -32002, message: 'Resource not found' } };
      case 'tools/call':
      case 'prompts/get':
      case 'completion/complete':
      case 'resources/subscribe':
      case 'resources/unsubscribe':
        return { result: { method, params, server: this.name } };
      default:
        return undefined;
    }
  }

  #isMade({ uri }: Record<string, unknown>): boolean {
    return (this.has.templates ?? []).some((template) =>
      String(uri).startsWith(String(template).replace(/\{.*/, '')),
    );
  }

  #page(
    list: string,
    items: Has['tools'],
    key: string,
    params: Record<string, unknown>,
  ): Pick<Wire, 'result' | 'error'> {
    if (!items) return { error: { code: -32601, message: 'Method not found' } };
    const start = Number(params['cursor'] ?? 0);
    const end = start + (this.has.pageSize ?? items.length);
    const page = items.slice(start, end).map((item) => (typeof item === 'string' ? { [key]: item } : item));
    return { result: { [list]: page, ...(end < items.length ? { nextCursor: String(end) } : {}) } };
  }
}

export interface MergedWorld<Names extends string> {
  readonly runtime: FakeRuntime;
  readonly notes: Notes;
  readonly gateway: Gateway;
  readonly merge: Merge;
  readonly servers: Record<Names, Lister>;
}

export interface MergedOptions extends Partial<MergeOptions> {
  readonly settings?: Partial<Settings>;
}

/** A gateway whose servers are merged in the order in which they are given. */
export function mergedWorld<Names extends string>(
  has: Record<Names, Has>,
  { settings, ...options }: MergedOptions = {},
): MergedWorld<Names> {
  const runtime = new FakeRuntime();
  const notes = new Notes();
  const gateway = new Gateway({
    runtime,
    backplane: alone(new MemoryEventLog()),
    observer: notes.observer,
    ...(settings ? { settings } : {}),
  });
  const servers = {} as Record<Names, Lister>;
  const members = (Object.keys(has) as Names[]).map((name) => {
    const driver = new Lister(has[name], name);
    servers[name] = driver;
    return { server: gateway.addServer({ name, driver, ...has[name].server }) };
  });
  const merge = gateway.merge({ name: '/', members, ...options });
  return { runtime, notes, gateway, merge, servers };
}

/** One client of a merge, whose stream is followed. */
export class Client {
  readonly session: Session;
  readonly connection = new FakeConnection();
  #next = 1;

  constructor(at: Pick<MergedWorld<string>, 'gateway' | 'merge'>, options: Partial<OpenOptions> = {}) {
    const session = at.gateway.open({
      mount: at.merge,
      principal: 'anybody',
      dialect: httpSse,
      version: '2024-11-05',
      ...options,
    });
    if (isRefusal(session)) throw new Error(session.message);
    this.session = session;
    session.standing.follow(this.connection);
  }

  /** Sends a request; gives its id. */
  send(method: string, params: unknown = {}): number {
    const id = this.#next++;
    this.session.receive(call(id, method, params));
    return id;
  }

  /** The answer to a request; undefined as long as there is none. */
  answer(id: number): Wire | undefined {
    return this.connection.messages.find((wire) => wire.id === id && wire.method === undefined);
  }

  /** Sends a request, and gives its answer when all that is quick has happened. */
  async ask(method: string, params: unknown = {}): Promise<Wire | undefined> {
    const id = this.send(method, params);
    await turn();
    return this.answer(id);
  }

  /** The names in a list, as far as it is answered at once. */
  async names(method = 'tools/list'): Promise<string[] | undefined> {
    return namesIn(await this.ask(method));
  }

  /** Methods of the notifications that came, in order. */
  get heard(): (string | undefined)[] {
    return this.connection.messages.filter(({ id }) => id === undefined).map(({ method }) => method);
  }
}

/** The same, initialised. */
export async function greeted(
  at: Pick<MergedWorld<string>, 'gateway' | 'merge'>,
  options: Partial<OpenOptions> = {},
): Promise<Client> {
  const client = new Client(at, options);
  client.session.receive(hello('hello'));
  await turn();
  client.session.receive(notify('notifications/initialized'));
  return client;
}

/** Names, URIs or templates in the answer to a request for a list. */
export function namesIn(answer: Wire | undefined): string[] | undefined {
  if (!answer?.result) return undefined;
  const [list] = Object.values(answer.result).filter((value) => Array.isArray(value));
  return (list as undefined | { name?: string; uri?: string; uriTemplate?: string }[])?.map(
    ({ name, uri, uriTemplate }) => uri ?? uriTemplate ?? name ?? '',
  );
}
