/**
 * The gateway: the servers it has, the sessions that are open, and their end.
 *
 * Guarantees: a session is found only by the principal that opened it; their number is bounded; what drains or
 * reloads ends no session that it need not end.
 */
import { clearContext, createContext, type EngineContext } from './context.ts';
import { Seats } from './bridge/seats.ts';
import { Cluster } from './cluster/cluster.ts';
import type { GatewayPorts } from './gateway-ports.ts';
import { Departure } from './departure.ts';
import { Desk } from './modern/desk.ts';
import type { Mount } from './line.ts';
import { Merge, type MergeOptions } from './merge/merge.ts';
import { harmless } from './observer.ts';
import { Narrowed } from './policy/narrowed.ts';
import type { Refusal } from './overdrawn.ts';
import type { Backplane } from './ports-backplane.ts';
import { Server } from './server.ts';
import type { ServerOptions } from './server-options.ts';
import { Session } from './session.ts';
import type { OpenOptions } from './session-options.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { Sessions } from './sessions.ts';
import type { Tally } from './tally.ts';

export class Gateway {
  readonly context: EngineContext;
  /** Where requests of modern clients go. */
  readonly desk: Desk;
  /** Conversations with legacy servers on behalf of modern clients. */
  readonly seats: Seats;
  /** How it goes away. */
  readonly departure: Departure;
  /** What is there for callers that may not use everything. */
  readonly narrowed: Narrowed;
  readonly #backplane: Backplane;
  readonly #servers = new Map<string, Server>();
  readonly #merges = new Map<string, Merge>();
  readonly #sessions: Sessions;
  #reviews = 0;
  readonly #closeListeners: (() => unknown)[] = [];
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
      listsChanged: ports.listsChanged,
      admission: ports.admission,
      tracer: ports.tracer,
      degraded: ports.degraded,
      isOverloaded: ports.isOverloaded,
    });
    this.context.degraded.follow(() => this.context.observer.troubles?.() ?? []);
    this.#sessions = new Sessions(this.context);
    this.context.cluster = clusterOf(ports, this.#sessions, this.context);
    this.seats = new Seats(this.context);
    this.desk = new Desk(this.context, this.seats, ports.backplane);
    const inUse = () =>
      new Set([...this.#sessions.all.map(({ mount }) => mount), ...this.desk.mounts, ...this.seats.mounts]);
    this.departure = new Departure(() => this.#leaver, this.context);
    this.departure.onLeave(() => this.#left());
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

  /**
   * Takes a server out of service, or puts it back. Out of it its sessions end, those of merges lose it, and who calls it
   * is told. False when it is so already, or there is none.
   */
  disable(name: string, isDisabled: boolean): boolean {
    const server = this.#servers.get(name);
    if (!server || server.isDisabled === isDisabled) return false;
    server.disable(isDisabled);
    if (!isDisabled) return true;
    this.desk.natives.closeAt(server);
    this.closeAt(server.mount, 'server-disabled');
    return true;
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

  /** This node among others; undefined where it is alone. */
  get cluster(): Cluster | undefined {
    return this.context.cluster;
  }

  // ---------------------------------------------------------------------------------------- sessions

  /** What is open, counted. */
  get tally(): Tally {
    return this.#sessions.tally;
  }

  get sessions(): number {
    return this.#sessions.size;
  }

  /** Those that are open now, with and without a name: for whoever may see them all. */
  get openSessions(): readonly Session[] {
    return this.#sessions.all;
  }

  /** Connections that follow a stream now. */
  get streams(): number {
    return this.context.ledger.gateway.of('streams');
  }

  get inFlight(): number {
    let count = this.desk.inFlight + this.departure.others;
    for (const session of this.#sessions.all) count += session.inFlight;
    return count;
  }

  get isDraining(): boolean {
    return this.departure.isBegun;
  }

  open(options: OpenOptions): Session | Refusal {
    return this.#sessions.open(options);
  }

  /** Whether there is a session with an id, whoever opened it. */
  has(id: string): boolean {
    return this.#sessions.get(id) !== undefined;
  }

  /** The session with an id, if this principal opened it at this mount; a stranger learns nothing. */
  find(id: string, principal: string, mount: Mount): Session | undefined {
    return this.#sessions.find(id, principal, mount);
  }

  /** The session that serves all requests of a principal that name none. */
  stateless(options: OpenOptions): Session | Refusal {
    return this.#sessions.stateless(options);
  }

  /** Ends the sessions of what was taken out, and of its parts. */
  closeAt(mount: Mount, reason: string): void {
    for (const part of this.narrowed.drop(mount)) this.closeAt(part, reason);
    this.desk.closeAt(mount);
    for (const session of this.#sessions.all) if (session.mount === mount) session.close(reason);
  }

  /** Ends the sessions of those who may not use them any more: a key that is gone keeps nothing open. */
  closeUnless(allows: (principal: string, mount: Mount) => boolean): void {
    this.#reviews++;
    this.desk.closeUnless(allows);
    for (const session of this.#sessions.all)
      if (!allows(session.principal, session.mount)) session.close('key-gone');
  }

  /** How often that was asked: what waited meanwhile has to ask for itself. */
  get reviews(): number {
    return this.#reviews;
  }

  // ------------------------------------------------------------------------------------------ ending

  /** Calls once the end begins; at once where it has begun. What it returns is waited for before the end of what is shared. */
  onClose(listener: () => unknown): void {
    if (this.#closing) listener();
    else this.#closeListeners.push(listener);
  }

  /**
   * Takes no new sessions, and nothing without one after `drainDelayMs`; then ends streams (telling clients when to come
   * back) as the calls of their sessions are answered, for at most `drainMs`, then every server. Resolves when all is
   * gone. Idempotent.
   */
  drain(): Promise<void> {
    this.#sessions.isDraining = true;
    this.#draining ??= this.departure.begin().then(() => this.close());
    return this.#draining;
  }

  /** Ends everything at once. Resolves when all is gone. Idempotent. */
  close(): Promise<void> {
    this.#sessions.isDraining = true;
    this.departure.end();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const endings = this.#closeListeners.splice(0).map((listener) => listener());
    for (const session of this.#sessions.all) session.close('draining');
    for (const merge of this.#merges.values()) merge.close();
    this.desk.close();
    await Promise.allSettled([...this.#servers.values()].map((server) => server.close()));
    await Promise.allSettled(endings);
    await this.cluster?.close();
    clearContext(this.context);
    await this.#backplane.close();
  }

  get #leaver() {
    const { inFlight, seats } = this;
    const retiring = () => this.#sessions.all.map(({ patience }) => patience);
    return { inFlight, parked: seats.parking.size, retiring };
  }

  #left(): void {
    this.#sessions.isLeaving = true;
    this.desk.drain();
    this.cluster?.drain();
  }
}

function clusterOf(
  { backplane, seal, askPeer }: GatewayPorts,
  sessions: Sessions,
  context: EngineContext,
): Cluster | undefined {
  if (!backplane.isShared) return undefined;
  if (!seal) throw new Error('Nodes that share sessions need what seals their names.');
  return new Cluster(backplane, sessions, { ...context, seal }, askPeer);
}

export function isRefusal(value: Session | Refusal): value is Refusal {
  return !(value instanceof Session);
}
