/**
 * Where a session is that this node does not have: at its owner, or, where that one is gone, here, once it was claimed.
 *
 * Guarantees: a session is claimed for nobody but its principal, at its mount; whoever asks meanwhile waits for the same
 * answer; every wait is bounded.
 */
import type { Mount } from '../line.ts';
import type { Runtime } from '../ports.ts';
import type { Directory, SessionRecord } from '../ports-backplane.ts';
import { readMemory, type SessionMemory } from './session-memory.ts';

/** `nowhere`: there is no such session. `uncertain`: it cannot be told now. */
export type Whereabouts = 'here' | 'nowhere' | 'uncertain' | { readonly node: string };

/** Who asks for a session. */
export interface Asker {
  readonly principal: string;
  readonly mount: Mount;
  /** Whoever had it said that it has it no more. Default false. */
  readonly isGivenBack?: boolean;
}

/** Goes on with a session that was claimed; false where there is no room for it. */
export type Adopt<A extends Asker> = (
  record: SessionRecord,
  memory: SessionMemory,
  asker: A,
) => Promise<boolean>;

export interface ClaimsPorts<A extends Asker> {
  readonly node: string;
  readonly directory: Directory;
  readonly runtime: Runtime;
  readonly adopt: Adopt<A>;
  /** Whether it takes any more. */
  readonly mayClaim: () => boolean;
  /** How long a record is kept, in ms. */
  readonly keptMs: number;
}

/** A lease, and what it takes to notice that it ran out. */
const WAIT_MS = 8_000;
const LOOK_MS = 250;
/** Owners met on the way, of which each may have changed meanwhile. */
const MOST_STEPS = 8;
/** Sessions whose owner is known to be another than the one that its id names. */
const MOST_MOVED = 10_000;

export class Claims<A extends Asker> {
  readonly #ports: ClaimsPorts<A>;
  readonly #underWay = new Map<string, Promise<Whereabouts>>();
  readonly #moved = new Map<string, string>();
  /** Nodes that said they let go of their sessions one by one. */
  readonly #leaving = new Set<string>();

  constructor(ports: ClaimsPorts<A>) {
    this.#ports = ports;
  }

  /** What is being found out about a session now, for the same caller. */
  underWay(session: string, asker: A): Promise<Whereabouts> | undefined {
    return this.#underWay.size === 0 ? undefined : this.#underWay.get(keyOf(session, asker));
  }

  /** @param node that its id names */
  find(session: string, node: string, asker: A): Promise<Whereabouts> | Whereabouts {
    const owner = this.#moved.get(session) ?? node;
    if (this.#isThere(owner)) return { node: owner };
    const key = keyOf(session, asker);
    const known = this.#underWay.get(key);
    if (known) return known;
    const finding = this.#find(session, owner, asker)
      .catch((): Whereabouts => 'uncertain')
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, finding);
    return finding;
  }

  /** A node is leaving: it may have let go of a session though it is still there. */
  leaving(node: string): void {
    if (this.#leaving.size < MOST_MOVED) this.#leaving.add(node);
  }

  gone(node: string): void {
    this.#leaving.delete(node);
    for (const [session, owner] of this.#moved) if (owner === node) this.#moved.delete(session);
  }

  #isThere(node: string): boolean {
    return this.#ports.directory.peers.has(node) && !this.#leaving.has(node);
  }

  async #find(session: string, first: string, asker: A): Promise<Whereabouts> {
    const { directory, runtime } = this.#ports;
    const until = runtime.now() + WAIT_MS;
    let owner = first;
    for (let step = 0; step < MOST_STEPS; ) {
      if (this.#isThere(owner)) return { node: owner };
      const record = await directory.find(session);
      const memory = record && readMemory(record.facts);
      if (record && (!memory || !isFor(memory, asker))) return 'nowhere';
      if (record && record.owner !== owner) {
        owner = record.owner;
        this.#moves(session, owner);
        step++;
        continue;
      }
      if (!record && asker.isGivenBack) return 'nowhere';
      // Without a record it may still be that its owner has not kept it again.
      if (await this.#isFree(owner)) {
        if (!record || !memory) return 'nowhere';
        if (!this.#ports.mayClaim()) return 'uncertain';
        const claimed = await directory.claim(record, this.#ports.keptMs);
        if (claimed) return (await this.#ports.adopt(claimed, memory, asker)) ? 'here' : 'uncertain';
        step++;
        continue;
      }
      if (directory.peers.has(owner)) return { node: owner };
      if (runtime.now() >= until) return 'uncertain';
      await new Promise<void>((resolve) => void runtime.after(LOOK_MS, resolve));
    }
    return 'uncertain';
  }

  /** Whether what a node owned may be claimed: it let go of it, or is gone, or is this one, which does not have it. */
  async #isFree(owner: string): Promise<boolean> {
    if (owner === '' || owner === this.#ports.node) return true;
    return (await this.#ports.directory.stateOf(owner)) === 'gone';
  }

  #moves(session: string, owner: string): void {
    const [oldest] = this.#moved.keys();
    if (oldest !== undefined && this.#moved.size >= MOST_MOVED) this.#moved.delete(oldest);
    this.#moved.delete(session);
    if (owner !== '' && owner !== this.#ports.node) this.#moved.set(session, owner);
  }
}

/** A stranger who asks at the same time must not have its answer given to whose session it is. */
function keyOf(session: string, { principal, mount }: Asker): string {
  return JSON.stringify([session, principal, mount.name, mount.key]);
}

function isFor(memory: SessionMemory, { principal, mount }: Asker): boolean {
  return memory.principal === principal && memory.mount === mount.name && memory.key === mount.key;
}
