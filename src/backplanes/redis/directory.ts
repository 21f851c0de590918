/** Which nodes there are and who owns which session, in Redis. */
import type {
  Directory,
  DirectoryListener,
  NodeState,
  Peer,
  SessionRecord,
} from '../../engine/ports-backplane.ts';
import type { Runtime } from '../../engine/ports.ts';
import { listOf, textOf, type Connection } from './connection.ts';
import type { Keys } from './keys.ts';
import { Lease } from './lease.ts';
import { Records } from './records.ts';
import { Sight } from './sight.ts';
import { Values } from './values.ts';

export interface RedisDirectoryOptions {
  readonly node: string;
  readonly leaseMs: number;
  readonly runtime: Runtime;
  /** A node is gone. Told before the listener is. */
  readonly onGone: (node: string) => void;
  /** Joined, and who else is there is known. */
  readonly onJoined: () => void;
  /** Whether all is known that others said to this node so far. Rejects where Redis cannot be asked. */
  readonly caughtUp: () => Promise<boolean>;
  /** Why nothing of what others say arrives; undefined where it does. */
  readonly deafness: () => Error | undefined;
  /** The lease had lapsed: others may have given up whatever was under way. */
  readonly onLapsed: () => void;
}

const MOST_PEERS = 1_000;
/** How long a node that is not there any more stays on the list. */
const LISTED_MS = 60_000;

export class RedisDirectory implements Directory {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #options: RedisDirectoryOptions;
  readonly #lease: Lease;
  readonly #sight: Sight;
  readonly #records: Records;
  readonly #values: Values;
  readonly #peers = new Map<string, Peer>();
  #listener: DirectoryListener | undefined;
  #joined: { readonly url: string } | undefined;
  #isReached = true;
  #why = '';
  /** Everything was lost, or some record was. */
  #isLost = false;
  #isMissing = false;
  #isTicking = false;
  #isLooking = false;
  /** Nodes of which it is being found out whether they are gone. */
  readonly #checking = new Set<string>();

  constructor(connection: Connection, keys: Keys, options: RedisDirectoryOptions) {
    const { node, runtime, leaseMs } = options;
    this.#connection = connection;
    this.#keys = keys;
    this.#options = options;
    this.#lease = new Lease(connection, keys, node, runtime, leaseMs);
    this.#sight = new Sight(connection, keys, runtime, leaseMs);
    this.#values = new Values(connection, keys);
    this.#records = new Records(connection, keys, node, {
      claimed: (session) => this.#listener?.claimed(session),
      missing: () => void (this.#isMissing = true),
    });
  }

  get isReached(): boolean {
    return this.#isReached;
  }

  get heldUntil(): number {
    return this.#lease.heldUntil;
  }

  /** Whether others cannot have taken this node for gone. */
  get isCurrent(): boolean {
    return !this.#joined || this.#options.runtime.now() < this.heldUntil;
  }

  get term(): number {
    return this.#lease.term;
  }

  get peers(): ReadonlyMap<string, Peer> {
    return this.#peers;
  }

  listen(listener: DirectoryListener): void {
    this.#listener = listener;
  }

  async join(url: string | undefined): Promise<void> {
    this.#sight.saw(await this.#lease.renew());
    this.#joined = { url: url ?? '' };
    await this.#lookAround();
    this.#options.onJoined();
  }

  async leave(): Promise<void> {
    if (!this.#joined) return;
    this.#joined = undefined;
    const { node } = this.#options;
    // Where it cannot be given back it runs out.
    await Promise.allSettled([this.#lease.leave(), this.#connection.ask('HDEL', this.#keys.nodes, node)]);
  }

  /** The connection was opened or lost. */
  changed(): void {
    if (this.#connection.isUp) void this.tick();
    else this.stillAway();
  }

  /** Redis cannot be asked: for which reason may change. */
  stillAway(): void {
    this.#away(this.#connection.trouble.message);
  }

  /** Several times within a lease: renews it, looks who else is there. Never rejects. */
  async tick(): Promise<void> {
    if (!this.#joined || this.#isTicking) return;
    this.#isTicking = true;
    try {
      await this.#renew();
      this.#reached();
      // Not waited for: where Redis is slow, the lease would run out over it.
      void this.#look();
    } catch (error) {
      this.#away(error instanceof Error ? error.message : '');
    } finally {
      this.#isTicking = false;
    }
  }

  /** Looks who else is there, if it is not looked already. Never rejects. */
  async #look(): Promise<void> {
    if (this.#isLooking || !this.#joined) return;
    this.#isLooking = true;
    try {
      await this.#lookAround();
    } catch (error) {
      this.#away(error instanceof Error ? error.message : '');
    } finally {
      this.#isLooking = false;
    }
  }

  async stateOf(node: string): Promise<NodeState> {
    const state = await this.#sight.stateOf(node);
    if (state === 'left') return 'gone';
    if (state !== 'gone' || !this.#joined) return state;
    // Perhaps everything is: what this node keeps there itself tells.
    return (await this.#renew()) ? 'gone' : 'unsure';
  }

  keep(record: SessionRecord, ms: number): void {
    this.#records.keep(record, ms);
  }

  letGo(record: SessionRecord, ms: number): void {
    this.#records.letGo(record, ms);
  }

  touch(session: string, ms: number): void {
    this.#records.touch(session, ms);
  }

  forget(session: string, generation: number): void {
    this.#records.forget(session, generation);
  }

  find(session: string): Promise<SessionRecord | undefined> {
    return this.#records.find(session);
  }

  claim(record: SessionRecord, ms: number): Promise<SessionRecord | undefined> {
    return this.#records.claim(record, ms);
  }

  agree(name: string, proposed: string): Promise<string> {
    return this.#values.agree(name, proposed);
  }

  put(name: string, value: Uint8Array, ms: number): Promise<boolean> {
    return this.#values.put(name, value, ms);
  }

  set(name: string, value: Uint8Array, ms: number): Promise<void> {
    return this.#values.set(name, value, ms);
  }

  get(name: string): Promise<Uint8Array | undefined> {
    return this.#values.get(name);
  }

  take(name: string): Promise<Uint8Array | undefined> {
    return this.#values.take(name);
  }

  /** Whether a lease that is missing tells something now. @throws Error where Redis cannot be asked, or others not be heard */
  async #renew(): Promise<boolean> {
    // Who is asked what it cannot hear keeps everybody waiting: its sessions are for others then.
    const deafness = this.#options.deafness();
    if (deafness) throw deafness;
    const { term } = this.#lease;
    const renewal = await this.#lease.renew();
    if (this.#lease.term !== term) this.#lapsed();
    if (renewal.isLost) {
      this.#sight.forget();
      this.#isLost = true;
    }
    return this.#sight.saw(renewal);
  }

  #reached(): void {
    const [wasReached, isLost, isMissing] = [this.#isReached, this.#isLost, this.#isMissing];
    this.#isReached = true;
    this.#isLost = this.#isMissing = false;
    if (!wasReached || isLost) this.#listener?.reached(isLost);
    if (isMissing && !isLost) this.#listener?.missing?.();
  }

  #away(why: string): void {
    if (!this.#joined || (!this.#isReached && why === this.#why)) return;
    const wasReached = this.#isReached;
    // Whoever asked meanwhile was told that it is away: those who go on by that get a lease's time to hear better.
    this.#sight.forget();
    this.#isReached = false;
    this.#why = why;
    if (wasReached) this.#listener?.away(why);
    else this.#listener?.stillAway?.(why);
  }

  async #lookAround(): Promise<void> {
    const { node, leaseMs } = this.#options;
    const words = [this.#keys.nodes, node, this.#joined?.url ?? '', leaseMs, LISTED_MS, MOST_PEERS];
    const listed = listOf(await this.#connection.run('listNodes', ...words)).map(textOf);
    const there = new Set<string>();
    for (let index = 0; index < listed.length; index += 2) {
      const [name = '', url = ''] = listed.slice(index, index + 2);
      there.add(name);
      if (name !== node) this.#peers.set(name, { node: name, url: url === '' ? undefined : url });
    }
    // Not waited for: no lease must wait for what becomes of others.
    for (const peer of this.#peers.keys())
      if (!there.has(peer) && !this.#checking.has(peer)) void this.#check(peer);
  }

  /** It is not on the list any more; whether it is gone its lease says. Never rejects. */
  async #check(node: string): Promise<void> {
    this.#checking.add(node);
    try {
      // What it said before it went away is heard first: it may have taken, or answered, what it was asked.
      const isGone = (await this.stateOf(node)) === 'gone' && (await this.#options.caughtUp());
      if (isGone) this.#gone(node);
    } catch {
      // It is looked at again with the next turn.
    } finally {
      this.#checking.delete(node);
    }
  }

  #lapsed(): void {
    // First that, so that nothing of before is heard any more.
    this.#options.onLapsed();
    this.#listener?.lapsed?.();
  }

  #gone(node: string): void {
    this.#peers.delete(node);
    // First that, as what was broken may have been done, and what is gone cannot be.
    this.#listener?.gone(node);
    this.#options.onGone(node);
  }
}
