/**
 * This node among others: whose a session is, whether this node may act for its own, and what it keeps of them for whoever goes on
 * when it is gone.
 *
 * Guarantees: while this node acts for a session, no other does; where that is not certain, it does not act. Sessions that are
 * their stream (HTTP+SSE, WebSocket) end with their node, and are nobody's but its.
 */
import { Deadlines } from '../deadlines.ts';
import type { EngineContext } from '../context.ts';
import type { Mount } from '../line.ts';
import type { Refusal } from '../overdrawn.ts';
import type { Backplane, Directory, DirectoryListener, SessionRecord } from '../ports-backplane.ts';
import type { Seal } from '../ports-era.ts';
import type { Session } from '../session.ts';
import { tellClient } from '../session-facts.ts';
import { inSlices } from '../slices.ts';
import type { OpenOptions } from '../session-options.ts';
import { type Asker, Claims, type Whereabouts } from './claims.ts';
import { Kept } from './kept.ts';
import { memoryOf, type SessionMemory } from './session-memory.ts';
import { Reclaims } from './reclaims.ts';
import { SessionNames } from './session-name.ts';
import { type AskPeer, Tenure, type TenureState } from './tenure.ts';

export type { Whereabouts } from './claims.ts';
export type { AskPeer } from './tenure.ts';

/** Who asks for a session, and with what it would be opened. */
export interface Comer extends Asker {
  readonly principal: string;
  readonly mount: Mount;
  readonly opener: () => OpenOptions;
  /** Whether it still may: to claim a session can take long. */
  readonly mayCall: () => boolean;
}

/** The sessions of this node. */
export interface ClusterHost {
  get(id: string): Session | undefined;
  readonly all: readonly Session[];
  adopt(options: OpenOptions, id: string, generation: number): Session | Refusal;
}

/** A record without its session: longer than any client is away that comes back. */
const KEPT_MS = 30 * 60_000;
/** Requests whose results change what is kept of a session. */
const REMEMBERED = new Set([
  'initialize',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
]);
export const LEAVING = 'leaving';
/** In the record of a session that is over: nobody can go on with it. */
const OVER = new Uint8Array(0);

export class Cluster implements DirectoryListener {
  readonly names: SessionNames;
  readonly tenure: Tenure;
  readonly #node: string;
  readonly #directory: Directory;
  readonly #backplane: Backplane;
  readonly #host: ClusterHost;
  readonly #context: EngineContext;
  readonly #claims: Claims<Comer>;
  readonly #reclaims: Reclaims;
  readonly #kept = new Map<string, Kept>();
  readonly #due: Deadlines<Kept>;
  readonly #onLost: (() => void)[] = [];
  readonly #goneListeners: ((node: string) => void)[] = [];
  readonly #onApart: (() => void)[] = [];
  #isLeaving = false;

  constructor(
    backplane: Backplane,
    host: ClusterHost,
    context: EngineContext & { readonly seal: Seal },
    askPeer: AskPeer | undefined,
  ) {
    const { runtime, seal } = context;
    const { directory, node } = backplane;
    this.#node = node;
    this.#backplane = backplane;
    this.#directory = directory;
    this.#host = host;
    this.#context = context;
    this.names = new SessionNames(node, seal, runtime);
    this.tenure = new Tenure(directory, runtime, askPeer, (state) => this.#turned(state));
    const adopt = this.#adopt.bind(this);
    const mayClaim = () => !this.#isLeaving;
    this.#claims = new Claims({ node, directory, runtime, adopt, mayClaim, keptMs: KEPT_MS });
    this.#reclaims = new Reclaims({
      node,
      directory,
      tenure: this.tenure,
      runtime,
      recordOf: (session) => this.#recordOf(session),
      keep: (session) => this.#keep(session),
      letGo: (session) => session.close('claimed'),
      keptMs: KEPT_MS,
    });
    this.#due = new Deadlines(runtime, KEPT_MS / 3, (kept) => this.#touch(kept));
    directory.listen(this);
  }

  /** Takes its place among the others. @param url where they can ask it how it is. @throws Error with one sentence */
  async join(url: string | undefined): Promise<void> {
    this.tenure.url = url;
    await this.#directory.join(url);
  }

  /** Other nodes as last seen, and whether that is now. */
  get others(): Pick<Directory, 'peers' | 'isReached'> {
    return this.#directory;
  }

  /** Whether another node may be acting for what this one owned: it should get no requests then. */
  get isCut(): boolean {
    return this.tenure.state === 'cut';
  }

  // ---------------------------------------------------------------------------------- where a session is

  whereIs(id: string, comer: Comer): Whereabouts | Promise<Whereabouts> {
    const underWay = this.#claims.underWay(id, comer);
    if (underWay) return underWay;
    const session = this.#host.get(id);
    if (session) return this.#own(session, comer);
    const node = this.names.nodeOf(id);
    if (node === undefined) return 'nowhere';
    return this.#claims.find(id, node, comer);
  }

  #own(session: Session, comer: Comer): Whereabouts | Promise<Whereabouts> {
    const kept = session.generation === 0 ? undefined : this.#kept.get(session.id);
    if (!kept) return 'here';
    if (!this.tenure.isGood) return this.#settle(session, comer);
    return kept.term === this.#directory.term ? 'here' : this.#renew(kept, comer);
  }

  async #settle(session: Session, comer: Comer): Promise<Whereabouts> {
    return (await this.tenure.settle()) ? this.whereIs(session.id, comer) : 'uncertain';
  }

  /** The lease had lapsed: the session may have been claimed meanwhile. */
  async #renew(kept: Kept, comer: Comer): Promise<Whereabouts> {
    const where = await this.#reclaims.one(kept);
    return where === 'elsewhere' ? this.whereIs(kept.session.id, comer) : where;
  }

  async #adopt(record: SessionRecord, memory: SessionMemory, comer: Comer): Promise<boolean> {
    const options = { ...comer.opener(), version: memory.line.version };
    const session = comer.mayCall() && this.#host.adopt(options, record.session, record.generation);
    if (!session || 'word' in session) {
      this.#directory.letGo(record, KEPT_MS);
      return false;
    }
    session.line.recall(memory.line);
    tellClient(session, this.#context);
    this.#remember(session);
    // Without its history it goes on all the same, and says so to who asks for it.
    const kept = await session.standing.history.adopt().catch(() => undefined);
    if (kept) session.standing.adopted(kept);
    return true;
  }

  // ------------------------------------------------------------------------------------ what is kept of it

  /** A request of a session was answered with a result. */
  answered(session: Session, method: string): void {
    if (REMEMBERED.has(method) && session.line.wasInitialized) this.#remember(session);
  }

  /** It was closed. */
  ended(session: Session, reason: string): void {
    const kept = this.#kept.get(session.id);
    if (!kept) return;
    this.#kept.delete(session.id);
    this.#due.remove(kept);
    // Another node goes on with it.
    if (reason === 'draining') this.#directory.letGo(this.#recordOf(session), KEPT_MS);
    else if (reason !== 'claimed') this.#forget(session);
  }

  /** Where another node had it before, that one must be able to find out that it is over: it may have slept since. */
  #forget({ id: session, generation }: Session): void {
    if (generation === 1) return this.#directory.forget(session, generation);
    this.#directory.letGo({ session, owner: this.#node, generation, facts: OVER }, KEPT_MS);
  }

  #remember(session: Session): void {
    if (session.isClosed) return;
    const kept = this.#kept.get(session.id) ?? new Kept(session, this.#directory.term);
    this.#kept.set(session.id, kept);
    this.#due.add(kept);
    this.#keep(session);
  }

  #keep(session: Session): void {
    this.#directory.keep(this.#recordOf(session), KEPT_MS);
  }

  #touch(kept: Kept): void {
    this.#directory.touch(kept.session.id, KEPT_MS);
    this.#due.add(kept);
  }

  #recordOf(session: Session): SessionRecord {
    const { id, generation } = session;
    return { session: id, owner: this.#node, generation, facts: memoryOf(session) };
  }

  // ------------------------------------------------------------------------------- what the directory tells

  /** Calls when what is shared lost what was kept there: whoever keeps something writes it down again. */
  onLost(listener: () => void): void {
    this.#onLost.push(listener);
  }

  reached(isLost: boolean): void {
    this.tenure.reached();
    this.#context.degraded.clear('backplane_away');
    if (!isLost) return;
    this.missing();
    for (const listener of this.#onLost) listener();
  }

  missing(): void {
    inSlices([...this.#kept.values()], this.#context.runtime, ({ session }) => {
      if (!session.isClosed) this.#keep(session);
    });
  }

  away(why?: string): void {
    this.stillAway(why);
    this.tenure.away();
  }

  stillAway(why?: string): void {
    const message = 'What the nodes share cannot be reached: each goes on with its own.';
    this.#context.degraded.set('backplane_away', why === undefined ? message : `${message} ${why}`);
  }

  lapsed(): void {
    void this.#reclaims.all([...this.#kept.values()]);
  }

  /** Calls when a node is gone. */
  onGone(listener: (node: string) => void): void {
    this.#goneListeners.push(listener);
  }

  /** Calls when this node's lease is over and what is shared is still away: nothing can come from the others. */
  onApart(listener: () => void): void {
    this.#onApart.push(listener);
  }

  gone(node: string): void {
    this.#claims.gone(node);
    for (const listener of this.#goneListeners) listener(node);
  }

  claimed(id: string): void {
    this.#host.get(id)?.close('claimed');
  }

  /** Another node says that it lets go of its sessions: whose one is, its record says from now on. */
  announced(topic: string, from: string): void {
    if (topic === LEAVING && from !== this.#node) this.#claims.leaving(from);
  }

  #turned(state: TenureState): void {
    const { degraded } = this.#context;
    if (state === 'cut' || state === 'alone') for (const listener of this.#onApart) listener();
    if (state !== 'cut') return degraded.clear('owner_uncertain');
    degraded.set(
      'owner_uncertain',
      'This node is cut off from what the others share: they may have its sessions.',
    );
    // Clients come back where it is known.
    for (const session of this.#host.all) if (session.generation > 0) session.streams.leave('rotated');
  }

  // ---------------------------------------------------------------------------------------------- ending

  /** Takes no more, and says that each session is let go of as soon as nothing of it is in flight. */
  drain(): void {
    this.#isLeaving = true;
    this.#backplane.bus.announce(LEAVING, this.#node);
  }

  /** After the last session was closed. */
  async close(): Promise<void> {
    this.tenure.close();
    this.#reclaims.close();
    this.#due.clear();
    await this.#directory.leave();
  }
}
