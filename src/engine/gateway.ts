/**
 * The gateway: the servers it has, the sessions that are open, and their end.
 *
 * Guarantees: a session is found only by the principal that opened it; their number is bounded; what drains or
 * reloads ends no session that it need not end.
 */
import { isLegacyVersion } from '../protocol/methods.ts';
import { clearContext, createContext, type EngineContext } from './context.ts';
import { Seats } from './bridge/seats.ts';
import type { Payers } from './account.ts';
import { callerKey } from './forwarded.ts';
import type { GatewayPorts } from './gateway-ports.ts';
import { Desk } from './modern/desk.ts';
import type { Mount } from './line.ts';
import { Merge, type MergeOptions } from './merge/merge.ts';
import { harmless } from './observer.ts';
import { Narrowed } from './policy/narrowed.ts';
import { OVERLOADED, overdrawn, type Refusal } from './overdrawn.ts';
import type { Backplane } from './ports-backplane.ts';
import { Server, type ServerOptions } from './server.ts';
import { Session } from './session.ts';
import type { OpenOptions } from './session-options.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { Tally } from './tally.ts';

export class Gateway {
  readonly context: EngineContext;
  /** What is open, counted. */
  readonly tally = new Tally();
  /** Where requests of modern clients go. */
  readonly desk: Desk;
  /** Conversations with legacy servers on behalf of modern clients. */
  readonly seats: Seats;
  /** What is there for callers that may not use everything. */
  readonly narrowed: Narrowed;
  readonly #backplane: Backplane;
  readonly #servers = new Map<string, Server>();
  readonly #merges = new Map<string, Merge>();
  readonly #sessions = new Map<string, Session>();
  readonly #stateless = new Map<string, Session>();
  #reviews = 0;
  readonly #closeListeners: (() => void)[] = [];
  #isDraining = false;
  #draining: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(ports: GatewayPorts) {
    this.#backplane = ports.backplane;
    this.context = createContext({
      runtime: ports.runtime,
      settings: { ...DEFAULT_SETTINGS, ...ports.settings },
      observer: harmless(ports.observer ?? {}),
      log: ports.backplane.log,
      node: ports.backplane.node,
      seal: ports.seal,
      admission: ports.admission,
      degraded: ports.degraded,
      isOverloaded: ports.isOverloaded,
    });
    this.context.degraded.follow(() => this.context.observer.troubles?.() ?? []);
    this.seats = new Seats(this.context);
    this.desk = new Desk(this.context, this.seats);
    const inUse = () =>
      new Set([...this.#all().map(({ mount }) => mount), ...this.desk.mounts, ...this.seats.mounts]);
    this.narrowed = new Narrowed({ inUse, left: (mount) => this.closeAt(mount, 'unused') }, this.context);
  }

  // ----------------------------------------------------------------------------------------- servers

  get servers(): ReadonlyMap<string, Server> {
    return this.#servers;
  }

  addServer(options: ServerOptions): Server {
    if (this.#servers.has(options.name)) throw new Error(`There is a server "${options.name}" already.`);
    const server = new Server(options, this.context);
    this.#servers.set(options.name, server);
    return server;
  }

  /** Takes a server out, ends its sessions, and resolves when all it started is gone. */
  async removeServer(name: string): Promise<void> {
    const server = this.#servers.get(name);
    if (!server) return;
    this.#servers.delete(name);
    for (const merge of this.#merges.values()) {
      merge.drop(server);
      this.narrowed.changed(merge);
    }
    this.desk.natives.closeAt(server);
    this.closeAt(server.mount, 'server-removed');
    await server.close();
  }

  get merges(): ReadonlyMap<string, Merge> {
    return this.#merges;
  }

  /** Several servers as one mount; where there is one of that name, it takes over these servers and rules. */
  merge(options: MergeOptions): Merge {
    const known = this.#merges.get(options.name);
    known?.change(options.members, options);
    const merge = known ?? new Merge(options, this.context);
    this.narrowed.changed(merge);
    this.#merges.set(options.name, merge);
    return merge;
  }

  /** Takes a merge out and ends its sessions; its servers stay. */
  removeMerge(name: string): void {
    const merge = this.#merges.get(name);
    if (!merge) return;
    this.#merges.delete(name);
    merge.close();
    this.closeAt(merge, 'server-removed');
  }

  /**
   * For a gateway that serves one client over one carrier, whatever it says there: while that has too much to read, no
   * server is read.
   */
  pressure(full: boolean): void {
    for (const server of this.#servers.values()) server.pressure(full);
  }

  // ---------------------------------------------------------------------------------------- sessions

  get sessions(): number {
    return this.#sessions.size;
  }

  get inFlight(): number {
    let count = this.desk.inFlight;
    for (const session of this.#all()) count += session.inFlight;
    return count;
  }

  get isDraining(): boolean {
    return this.#isDraining;
  }

  open(options: OpenOptions): Session | Refusal {
    const payers = options.payers ?? this.context.ledger.payersOf(options);
    const refusal = this.#refusal(options.mount, payers);
    if (refusal) return refusal;
    const id = this.context.runtime.randomId();
    const endpoint = options.endpoint?.(id) ?? '';
    const session = new Session(
      { ...options, payers, id, endpoint, isStateless: false, onClosed: (closed) => this.#closed(closed) },
      this.context,
    );
    this.#sessions.set(id, session);
    this.#opened(session);
    return session;
  }

  /** The session with an id, if this principal opened it at this mount; a stranger learns nothing. */
  find(id: string, principal: string, mount: Mount): Session | undefined {
    const session = this.#sessions.get(id);
    if (session?.principal !== principal || session.mount !== mount) return undefined;
    session.patience.claimed();
    return session;
  }

  /** The session that serves all requests of a principal that name none. */
  stateless(options: OpenOptions): Session | Refusal {
    const version = isLegacyVersion(options.version) ? options.version : '';
    const { mount } = options;
    const payers = options.payers ?? this.context.ledger.payersOf(options);
    const caller = callerKey(options.principal, options.forwarded);
    const key = `${mount.name}\n${mount.key ?? ''}\n${version}\n${payers.address}\n${caller}`;
    const open = this.#stateless.get(key);
    if (open?.mount === options.mount && !this.#isDraining) return open;
    const refusal = this.#refusal(options.mount, payers);
    if (refusal) return refusal;
    const id = this.context.runtime.randomId();
    const onClosed = (closed: Session) => {
      this.#stateless.delete(key);
      this.#closed(closed);
    };
    const session = new Session(
      { ...options, payers, id, endpoint: '', isStateless: true, onClosed },
      this.context,
    );
    this.#stateless.set(key, session);
    this.#opened(session);
    return session;
  }

  /** Ends the sessions of what was taken out, and of its parts. */
  closeAt(mount: Mount, reason: string): void {
    for (const part of this.narrowed.drop(mount)) this.closeAt(part, reason);
    this.desk.closeAt(mount);
    for (const session of this.#all()) if (session.mount === mount) session.close(reason);
  }

  /** Ends the sessions of those who may not use them any more: a key that is gone keeps nothing open. */
  closeUnless(allows: (principal: string, mount: Mount) => boolean): void {
    this.#reviews++;
    this.desk.closeUnless(allows);
    for (const session of this.#all())
      if (!allows(session.principal, session.mount)) session.close('key-gone');
  }

  /** How often that was asked: what waited meanwhile has to ask for itself. */
  get reviews(): number {
    return this.#reviews;
  }

  // ------------------------------------------------------------------------------------------ ending

  /** Calls once the end begins; at once where it has begun. */
  onClose(listener: () => void): void {
    if (this.#closing) listener();
    else this.#closeListeners.push(listener);
  }

  /**
   * Takes no new sessions, lets calls in flight finish for at most `drainMs`, then ends every stream (telling
   * the client when to come back) and every server. Resolves when all is gone. Idempotent.
   */
  drain(): Promise<void> {
    this.#isDraining = true;
    this.desk.drain();
    this.#draining ??= this.#quiet().then(() => this.close());
    return this.#draining;
  }

  /** Ends everything at once. Resolves when all is gone. Idempotent. */
  close(): Promise<void> {
    this.#isDraining = true;
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const listener of this.#closeListeners.splice(0)) listener();
    for (const session of this.#all()) session.close('draining');
    for (const merge of this.#merges.values()) merge.close();
    this.desk.close();
    await Promise.allSettled([...this.#servers.values()].map((server) => server.close()));
    clearContext(this.context);
    await this.#backplane.close();
  }

  #refusal(mount: Mount, payers: Payers): Refusal | undefined {
    if (this.#isDraining) return { word: 'draining', message: 'The gateway is shutting down.' };
    // A request may have met it before it was taken out, and come to this only now.
    if (mount.isClosed) return { word: 'unknown_server', message: 'There is no such server here.' };
    if (this.context.isOverloaded()) return OVERLOADED;
    return overdrawn(payers, 'sessions');
  }

  #opened(session: Session): void {
    session.payers.take('sessions');
    this.tally.opened(session);
    this.context.observer.sessionOpened?.({
      session: session.id,
      server: session.serverName,
      dialect: session.dialect.name,
      principal: session.principal,
    });
  }

  #closed(session: Session): void {
    this.#sessions.delete(session.id);
    session.payers.giveBack('sessions');
    this.tally.closed(session);
  }

  /** Resolves when nothing is in flight any more, or after `drainMs`. */
  #quiet(): Promise<void> {
    const { runtime, settings } = this.context;
    const until = runtime.now() + settings.drainMs;
    return new Promise((resolve) => {
      const look = () => {
        if (this.inFlight === 0 || runtime.now() >= until) resolve();
        else runtime.after(Math.min(50, settings.drainMs), look);
      };
      look();
    });
  }

  #all(): Session[] {
    return [...this.#sessions.values(), ...this.#stateless.values()];
  }
}

export function isRefusal(value: Session | Refusal): value is Refusal {
  return !(value instanceof Session);
}
