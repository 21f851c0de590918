/**
 * How much memory children use, each with all that it started: its process group, and what left the group but still
 * has its parent there. Only Linux tells (`/proc`); elsewhere nothing is known, and no cap holds.
 *
 * What is counted is resident memory. Pages that several processes of one child share are counted for each of them.
 *
 * One look serves all children of the gateway, in slices. It reads those that belong to them, and each process of the
 * machine once: what was somebody else's stays so, and is looked at again now and then, as process ids come back.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Runtime, Timer } from '../engine/ports.ts';
import { type ProcessFacts, processes, readFacts } from './stdio-proc.ts';

/** Between two looks while any child has a cap: a leak is slow, and a bomb must not have long. */
const LOOK_MS = 1_000;
/** So many looks later every process is read again. */
const FULL_LOOK = 30;
/** Processes read in one turn of the event loop: some 10 µs each. */
const SLICE = 64;

/** A child as it is watched. */
export interface Weighed {
  /** Its process id, which is that of its group. */
  readonly pid: number;
  /** More is too much. Default: anything goes. */
  readonly maxBytes?: number | undefined;
  /** It uses more; called once with each look. */
  over(bytes: number): void;
}

export interface MemoryOptions {
  readonly runtime: Runtime;
  readonly platform?: NodeJS.Platform;
  /** Default: those of this machine. */
  readonly list?: () => readonly number[];
  readonly read?: (pid: number) => ProcessFacts | undefined;
}

export class MemoryWatch {
  readonly #options: MemoryOptions;
  readonly #isKnown: boolean;
  readonly #children = new Map<number, Weighed>();
  /** By child, as of the last look. */
  #bytes = new Map<number, number>();
  /** Processes that belong to no child. */
  #others = new Set<number>();
  /** The child of each process that belongs to one. */
  #owners = new Map<number, number>();
  #looks = 0;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #capped = 0;
  #timer: Timer | undefined;

  constructor(options: MemoryOptions) {
    this.#options = options;
    const { platform = process.platform, read = readFacts } = options;
    this.#isKnown = platform === 'linux' && read(process.pid) !== undefined;
  }

  /** Whether this machine tells. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  add(child: Weighed): void {
    if (!this.#isKnown) return;
    this.#children.set(child.pid, child);
    // Its id may have been somebody's before.
    this.#others.delete(child.pid);
    if (child.maxBytes === undefined) return;
    this.#capped += 1;
    this.#arm();
  }

  /** Does nothing for one that is not watched. */
  remove(child: Weighed): void {
    if (this.#children.get(child.pid) !== child) return;
    this.#children.delete(child.pid);
    this.#bytes.delete(child.pid);
    if (child.maxBytes !== undefined) this.#capped -= 1;
    if (this.#capped === 0) this.#disarm();
  }

  /** What a child used when it was looked at last; undefined before. Asking makes for a look that is not old. */
  bytesOf(pid: number): number | undefined {
    if (this.#children.has(pid) && this.#options.runtime.now() - this.#lookedAt >= LOOK_MS) void this.look();
    return this.#bytes.get(pid);
  }

  /** Looks now, unless it is being looked: then resolves with that look. Never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  #arm(): void {
    if (this.#timer || this.#capped === 0) return;
    this.#timer = this.#options.runtime.after(LOOK_MS, () => {
      this.#timer = undefined;
      void this.look().then(() => this.#arm());
    });
  }

  #disarm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    this.#lookedAt = this.#options.runtime.now();
    if (this.#looks++ % FULL_LOOK === 0) this.#others.clear();
    this.#bytes = this.#weigh(await this.#read());
    for (const child of [...this.#children.values()]) {
      const bytes = this.#bytes.get(child.pid);
      if (bytes !== undefined && child.maxBytes !== undefined && bytes > child.maxBytes) child.over(bytes);
    }
  }

  /** Every process that is new, or belongs to a child. */
  async #read(): Promise<ProcessFacts[]> {
    const { list = processes, read = readFacts } = this.#options;
    const rows: ProcessFacts[] = [];
    const all = list();
    let seen = 0;
    // Ids that are free again may be a child's next.
    this.#others = new Set(all.filter((pid) => this.#others.has(pid)));
    for (const pid of all) {
      if (this.#others.has(pid)) continue;
      if (++seen % SLICE === 0) await nextTurn();
      const facts = read(pid);
      if (facts) rows.push(facts);
    }
    return rows;
  }

  #weigh(rows: readonly ProcessFacts[]): Map<number, number> {
    const owners = new Map<number, number>();
    for (const { pid, group } of rows) if (this.#children.has(group)) owners.set(pid, group);
    // Parents mostly come before their children; what came the other way round is found by the second pass.
    for (let found = -1; found !== owners.size; ) {
      found = owners.size;
      for (const { pid, parent } of rows) {
        const owner = owners.get(pid) === undefined ? owners.get(parent) : undefined;
        if (owner !== undefined) owners.set(pid, owner);
      }
    }
    const bytes = new Map<number, number>();
    for (const { pid, bytes: own } of rows) {
      const owner = owners.get(pid) ?? this.#formerOwner(pid);
      if (owner === undefined) this.#others.add(pid);
      else {
        owners.set(pid, owner);
        bytes.set(owner, (bytes.get(owner) ?? 0) + own);
      }
    }
    this.#owners = owners;
    return bytes;
  }

  /** Whose it was while its parent lived: a daemon of a child is that child's. */
  #formerOwner(pid: number): number | undefined {
    const owner = this.#owners.get(pid);
    return owner !== undefined && this.#children.has(owner) ? owner : undefined;
  }
}

let shared: MemoryWatch | undefined;

/** The one of this process. @param runtime the first caller's is used */
export function sharedMemoryWatch(runtime: Runtime): MemoryWatch {
  shared ??= new MemoryWatch({ runtime });
  return shared;
}
