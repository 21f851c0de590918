/**
 * What the playground works on: the sessions with servers, what they offer, what runs, and what ran. It outlives the
 * page: who looks at another page meanwhile finds the run as it went on.
 *
 * Guarantees: a session is open while its server is looked at, or something of it runs, and not longer; runs that are
 * over are bounded by the history.
 */
import { type LinkState, McpClient, type Root } from '../../mcp/client.ts';
import { type Item, KINDS, type Kind } from '../../mcp/items.ts';
import { Questions } from '../../mcp/questions.ts';
import { auth, wasRefused } from '../../auth.ts';
import { notify } from '../../notices.ts';
import { createStore, type Store } from '../../store.ts';
import type { ClientError } from '../../../../browser/errors.ts';
import { History } from './history.ts';
import { Relist } from './relist.ts';
import { ended, failed, type Run, started, type Target, withLog } from './run.ts';

export interface Shelf {
  readonly items: readonly Item[];
  readonly isCut: boolean;
  readonly isLoading: boolean;
  readonly error?: string;
}

/** One server at the bench. */
export interface Bench {
  readonly server: string;
  readonly state: LinkState;
  readonly reason?: string;
  readonly shelves: Readonly<Record<Kind, Shelf>>;
  /** The resources that are watched: when each was told last to be another one, 0 for never. */
  readonly watched: Readonly<Record<string, number>>;
}

/**
 * Things that run at once. Each holds a connection, and a browser has six to one address: two are the streams of the page, and
 * one must be left, or nothing could be cancelled.
 */
export const MOST_RUNNING = 3;
/** The page is drawn anew so often at most, however fast servers tell their progress. */
const FRAME_MS = 40;

const EMPTY: Shelf = { items: [], isCut: false, isLoading: true };

export class Workbench {
  readonly questions = new Questions();
  readonly runs: Store<readonly Run[]> = createStore<readonly Run[]>([]);
  readonly bench: Store<Bench | undefined> = createStore<Bench | undefined>(undefined);
  readonly roots: Store<readonly Root[]> = createStore<readonly Root[]>([]);
  readonly #history = new History();
  readonly #clients = new Map<string, McpClient>();
  readonly #running = new Map<string, { run: Run; off: AbortController; schema: unknown }>();
  /** How many questions waited when it was looked at last. */
  #known = 0;
  #frame: ReturnType<typeof setTimeout> | undefined;
  readonly #relist = new Relist({
    ask: (kind) => this.reload([kind]),
    isAsking: (kind) => this.bench.get()?.shelves[kind].isLoading === true,
  });

  constructor() {
    this.#history.load().then(
      (runs) => this.runs.set([...this.runs.get(), ...runs]),
      () => {},
    );
    auth.subscribe(() => this.#signedIn());
    this.questions.subscribe(() => this.#asked());
  }

  /** Ends all sessions, and with them what runs: the page is left. */
  leave(): void {
    for (const client of this.#clients.values()) client.close();
    this.#clients.clear();
  }

  /** Looks at a server, or at none: opens a session with it, and lists what it offers. */
  look(server: string | undefined): void {
    if (this.bench.get()?.server === server) return;
    this.#relist.clear();
    this.bench.set(
      server === undefined
        ? undefined
        : { server, state: 'connecting', shelves: shelvesOf(() => EMPTY), watched: {} },
    );
    if (server !== undefined) this.reload(KINDS);
    this.#tidy();
  }

  /** Asks for lists again, with a new session where the old one is at its end. */
  reload(kinds: readonly Kind[] = KINDS): void {
    const server = this.bench.get()?.server;
    if (server === undefined) return;
    const client = this.client(server);
    for (const kind of kinds) {
      this.#shelve(server, kind, (shelf) => ({ items: shelf.items, isCut: shelf.isCut, isLoading: true }));
      client.list(kind).then(
        (listed) => this.#shelve(server, kind, () => ({ ...listed, isLoading: false })),
        (error: unknown) =>
          this.#shelve(server, kind, (shelf) => ({ ...shelf, isLoading: false, error: said(error) })),
      );
    }
  }

  /** The session with a server as it is, open or at its end: for whoever only looks. */
  known(server: string): McpClient | undefined {
    return this.#clients.get(server);
  }

  /** The session with a server; a new one where there is none, so never while the page is drawn. */
  client(server: string): McpClient {
    const open = this.#clients.get(server);
    if (open && open.state !== 'closed') return open;
    const client = new McpClient({
      server,
      questions: this.questions,
      roots: () => this.roots.get(),
      onState: (state, reason) => this.#turned(server, state, reason),
      onListChanged: (kinds) => this.bench.get()?.server === server && this.#relist.changed(kinds),
      onLog: (entry) => this.#each(server, (run) => withLog(run, entry)),
      onUpdated: (uri) => this.#updated(server, uri),
    });
    this.#clients.set(server, client);
    return client;
  }

  /** @returns its id; undefined where too much runs already @param schema of its arguments, by which secrets are known */
  run(target: Target, schema?: unknown): string | undefined {
    if (this.#running.size >= MOST_RUNNING) return undefined;
    const run = started(target, crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, Date.now());
    const off = new AbortController();
    this.#running.set(run.id, { run, off, schema });
    this.#draw();
    this.#send(target, run.id, off.signal).then(
      (result) => this.#end(run.id, (last) => ended(last, result, Date.now())),
      (error: unknown) => this.#end(run.id, (last) => failed(last, error, Date.now())),
    );
    return run.id;
  }

  /** Calls a run off, here and at the server. */
  cancel(id: string): void {
    this.#running.get(id)?.off.abort();
  }

  pin(id: string, isPinned: boolean): void {
    const run = this.runs.get().find((each) => each.id === id);
    if (!run || run.state === 'running') return;
    const pinned = { ...run, isPinned };
    this.runs.set(this.runs.get().map((each) => (each.id === id ? pinned : each)));
    void this.#save(pinned);
  }

  forget(id: string): void {
    this.runs.set(this.runs.get().filter((run) => run.id !== id || run.state === 'running'));
    void this.#history.remove(id);
  }

  /** All that are over, those that are pinned, too. */
  clear(): void {
    this.runs.set(this.runs.get().filter((run) => run.state === 'running'));
    void this.#history.clear();
  }

  /** Asks the server to tell when a resource is another one, or not to. Rejects when it does not do that. */
  async watch(uri: string, isWanted: boolean): Promise<void> {
    const server = this.bench.get()?.server;
    if (server === undefined) return;
    await this.client(server).watch(uri, isWanted);
    const bench = this.bench.get();
    if (bench?.server !== server) return;
    const { [uri]: _old, ...others } = bench.watched;
    this.bench.set({ ...bench, watched: isWanted ? { ...others, [uri]: 0 } : others });
  }

  setRoots(roots: readonly Root[]): void {
    this.roots.set(roots);
    for (const client of this.#clients.values()) client.rootsChanged().catch(() => {});
  }

  #send(target: Target, id: string, signal: AbortSignal): Promise<unknown> {
    const client = this.client(target.server);
    const args = (target.arguments ?? {}) as Readonly<Record<string, string>>;
    if (target.kind === 'prompt') return client.prompt(target.name, args, { signal });
    if (target.kind === 'resource') return client.read(target.name, { signal });
    if (target.kind === 'template') return client.read(String(args['uri']), { signal });
    const onProgress: (progress: NonNullable<Run['progress']>) => void = (progress) =>
      this.#change(id, (run) => ({ ...run, progress }));
    return client.call(target.name, args, { signal, onProgress });
  }

  #end(id: string, end: (run: Run) => Run): void {
    const running = this.#running.get(id);
    if (!running) return;
    const run = end(running.run);
    this.#running.delete(id);
    this.runs.set([run, ...this.runs.get().filter((each) => each.id !== id)]);
    this.#draw();
    void this.#save(run, running.schema);
    this.#tidy();
  }

  async #save(run: Run, schema?: unknown): Promise<void> {
    const gone = new Set(await this.#history.save(run, schema));
    if (gone.size > 0) this.runs.set(this.runs.get().filter(({ id }) => !gone.has(id)));
  }

  #each(server: string, change: (run: Run) => Run): void {
    for (const { run } of [...this.#running.values()])
      if (run.server === server) this.#change(run.id, change);
  }

  #change(id: string, change: (run: Run) => Run): void {
    const running = this.#running.get(id);
    if (!running) return;
    running.run = change(running.run);
    this.#frame ??= setTimeout(() => this.#draw(), FRAME_MS);
  }

  /** Shows what runs as it is now. */
  #draw(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    const running = [...this.#running.values()].map(({ run }) => run).toReversed();
    const over = this.runs.get().filter(({ state }) => state !== 'running');
    this.runs.set([...running, ...over]);
  }

  #turned(server: string, state: LinkState, error: ClientError | undefined): void {
    if (error?.code === 'unauthorized') wasRefused();
    const reason = error?.message;
    const bench = this.bench.get();
    if (bench?.server !== server) return;
    const { reason: _old, ...rest } = bench;
    this.bench.set({ ...rest, state, ...(reason === undefined ? {} : { reason }) });
    if (state === 'open' && bench.state !== 'open') this.#watchAgain(server, Object.keys(bench.watched));
  }

  /** It may be another session, of which the server knows nothing. */
  #watchAgain(server: string, uris: readonly string[]): void {
    const client = this.#clients.get(server);
    for (const uri of uris) {
      client?.watch(uri, true).catch(() => {
        const bench = this.bench.get();
        if (bench?.server !== server) return;
        const { [uri]: _gone, ...others } = bench.watched;
        this.bench.set({ ...bench, watched: others });
      });
    }
  }

  /** Whoever had to sign in again finds the server as it was. */
  #signedIn(): void {
    if (auth.get().phase === 'in' && this.bench.get()?.state === 'closed') this.reload();
  }

  /** Whoever looks at another page meanwhile would not know of it. */
  #asked(): void {
    const count = this.questions.waiting.length;
    if (count > this.#known && !this.bench.get()) {
      notify('good', `A server asks you something: see the playground (${count}).`);
    }
    this.#known = count;
  }

  #shelve(server: string, kind: Kind, change: (shelf: Shelf) => Shelf): void {
    const bench = this.bench.get();
    if (bench?.server !== server) return;
    this.bench.set({ ...bench, shelves: { ...bench.shelves, [kind]: change(bench.shelves[kind]) } });
  }

  #updated(server: string, uri: string): void {
    const bench = this.bench.get();
    if (bench?.server !== server || bench.watched[uri] === undefined) return;
    this.bench.set({ ...bench, watched: { ...bench.watched, [uri]: Date.now() } });
  }

  /** Ends sessions that nobody looks at and in which nothing runs. */
  #tidy(): void {
    const wanted = new Set([...this.#running.values()].map(({ run }) => run.server));
    wanted.add(this.bench.get()?.server ?? '');
    for (const [server, client] of this.#clients) {
      if (wanted.has(server)) continue;
      this.#clients.delete(server);
      client.close();
    }
  }
}

function shelvesOf(make: () => Shelf): Record<Kind, Shelf> {
  return { tool: make(), prompt: make(), resource: make(), template: make() };
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : 'The list did not come.';
}
