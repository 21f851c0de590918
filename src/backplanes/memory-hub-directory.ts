/** Leases, records and small things of nodes of one process, as one node sees them. */
import type {
  Directory,
  DirectoryListener,
  NodeState,
  Peer,
  SessionRecord,
} from '../engine/ports-backplane.ts';
import type { Runtime } from '../engine/ports.ts';
import type { HubBus } from './memory-hub-bus.ts';
import type { HubShared } from './memory-hub-shared.ts';

interface Place {
  readonly node: string;
  readonly mayReach: boolean;
  readonly bus: HubBus;
}

/** How long it is known of a node that it left. */
const LEFT_MS = 600_000;

export class HubDirectory implements Directory {
  readonly #place: Place;
  readonly #runtime: Runtime;
  readonly #shared: HubShared;
  #listener: DirectoryListener | undefined;
  #joined: { readonly url: string | undefined } | undefined;
  #isReached = true;
  /** A record could not be written. */
  #isMissing = false;
  /** The run of what is shared that this node saw last, and since when. */
  #run = 0;
  #seenSince = 0;
  heldUntil = 0;
  term = 1;
  readonly peers = new Map<string, Peer>();

  constructor(place: Place, runtime: Runtime, shared: HubShared) {
    this.#place = place;
    this.#runtime = runtime;
    this.#shared = shared;
    this.#look();
  }

  get isReached(): boolean {
    return this.#isReached && this.#place.mayReach;
  }

  listen(listener: DirectoryListener): void {
    this.#listener = listener;
  }

  async join(url: string | undefined): Promise<void> {
    if (!this.#place.mayReach) throw new Error('What nodes share cannot be reached.');
    this.#joined = { url };
    this.heldUntil = Infinity;
    this.renew();
    // A newcomer is seen at once: nobody waits for the next look around.
    for (const { directory } of this.#shared.nodes.values()) directory.lookAround();
  }

  async leave(): Promise<void> {
    if (!this.#joined) return;
    this.#joined = undefined;
    if (!this.#place.mayReach) return;
    this.#shared.leases.set(this.#place.node, false, this.#runtime.now() + LEFT_MS);
    for (const { directory } of this.#shared.nodes.values()) directory.lookAround();
  }

  /** Takes the lease anew, where there is still one of this node; looks who else is there. */
  renew(): void {
    const isLost = this.#look();
    const wasReached = this.#isReached;
    this.#isReached = true;
    // Those who went on because this node missed what is shared get a lease's time to hear better.
    if (!wasReached) this.#seenSince = this.#runtime.now();
    if (this.#joined) this.#take(this.#joined);
    this.lookAround();
    if (!wasReached || isLost) this.#listener?.reached(isLost);
    if (this.#isMissing && !isLost) this.#listener?.missing?.();
    this.#isMissing = false;
  }

  cutOff(): void {
    this.#isReached = false;
    this.#listener?.away();
  }

  lookAround(): void {
    if (!this.#place.mayReach || this.#place.bus.isPaused) return;
    const now = this.#runtime.now();
    for (const node of this.#shared.nodes.keys()) {
      const lease = this.#shared.leases.get(node, now);
      if (node !== this.#place.node && lease) this.peers.set(node, { node, url: lease.url });
    }
    for (const node of this.peers.keys()) {
      if (this.#state(node) !== 'gone') continue;
      this.peers.delete(node);
      this.#place.bus.broken(node);
      this.#listener?.gone(node);
    }
  }

  async stateOf(node: string): Promise<NodeState> {
    this.#reached();
    return this.#state(node);
  }

  keep(record: SessionRecord, ms: number): void {
    if (!this.#place.mayReach) return void (this.#isMissing = true);
    const now = this.#runtime.now();
    const kept = this.#shared.records.get(record.session, now);
    const isOthers = kept && kept.generation >= record.generation && kept.owner !== record.owner;
    if (isOthers) return queueMicrotask(() => this.#listener?.claimed(record.session));
    // Its owner may have claimed it anew, and had not heard so when this was written.
    const generation = Math.max(record.generation, kept?.generation ?? 0);
    this.#shared.records.set(record.session, { ...record, generation }, now + ms);
  }

  letGo(record: SessionRecord, ms: number): void {
    if (!this.#place.mayReach) return;
    const now = this.#runtime.now();
    const kept = this.#shared.records.get(record.session, now);
    const isOwn = kept?.generation === record.generation && kept.owner === this.#place.node;
    if (isOwn || !kept) this.#shared.records.set(record.session, { ...record, owner: '' }, now + ms);
  }

  touch(session: string, ms: number): void {
    if (!this.#place.mayReach) return;
    const now = this.#runtime.now();
    const kept = this.#shared.records.get(session, now);
    if (!kept) return;
    if (kept.owner === this.#place.node) this.#shared.records.set(session, kept, now + ms);
    else queueMicrotask(() => this.#listener?.claimed(session));
  }

  forget(session: string, generation: number): void {
    if (!this.#place.mayReach) return;
    const kept = this.#shared.records.get(session, this.#runtime.now());
    if (kept?.owner === this.#place.node && kept.generation === generation)
      this.#shared.records.delete(session);
  }

  async find(session: string): Promise<SessionRecord | undefined> {
    return this.#reached().records.get(session, this.#runtime.now());
  }

  async claim(record: SessionRecord, ms: number): Promise<SessionRecord | undefined> {
    const { records } = this.#reached();
    const now = this.#runtime.now();
    const kept = records.get(record.session, now);
    if (kept?.owner !== record.owner || kept.generation !== record.generation) return undefined;
    const claimed = { ...kept, owner: this.#place.node, generation: kept.generation + 1 };
    records.set(record.session, claimed, now + ms);
    return claimed;
  }

  async agree(name: string, proposed: string): Promise<string> {
    const { agreed } = this.#reached();
    const text = agreed.get(name) ?? proposed;
    agreed.set(name, text);
    return text;
  }

  async put(name: string, value: Uint8Array, ms: number): Promise<boolean> {
    const { values } = this.#reached();
    const now = this.#runtime.now();
    if (values.get(name, now)) return false;
    values.set(name, value, now + ms);
    return true;
  }

  async set(name: string, value: Uint8Array, ms: number): Promise<void> {
    this.#reached().values.set(name, value, this.#runtime.now() + ms);
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    return this.#reached().values.get(name, this.#runtime.now());
  }

  async take(name: string): Promise<Uint8Array | undefined> {
    const value = this.#reached().values.get(name, this.#runtime.now());
    this.#shared.values.delete(name);
    return value;
  }

  #reached(): HubShared {
    if (!this.#place.mayReach) throw new Error('What nodes share cannot be reached.');
    return this.#shared;
  }

  /** Whether what is shared is another than it was. */
  #look(): boolean {
    if (this.#run === this.#shared.run) return false;
    const isFirst = this.#run === 0;
    this.#run = this.#shared.run;
    this.#seenSince = this.#runtime.now();
    return !isFirst;
  }

  #take(lease: { readonly url: string | undefined }): void {
    const now = this.#runtime.now();
    const { leases, settings } = this.#shared;
    const isLapsed = leases.get(this.#place.node, now) === undefined && now >= this.heldUntil;
    if (isLapsed) this.term++;
    leases.set(this.#place.node, lease, now + settings.leaseMs);
    this.heldUntil = now + settings.leaseMs;
    if (isLapsed) this.#listener?.lapsed?.();
  }

  #state(node: string): NodeState {
    const now = this.#runtime.now();
    const lease = this.#shared.leases.get(node, now);
    if (lease === false) return 'gone';
    if (lease) return 'alive';
    return this.#run === this.#shared.run && now - this.#seenSince >= this.#shared.settings.leaseMs
      ? 'gone'
      : 'unsure';
  }
}
