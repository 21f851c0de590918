/** Everything that nodes of one process share. */
import type { SessionRecord, Spent } from '../engine/ports-backplane.ts';
import { HubStreams } from './memory-hub-log.ts';
import type { HubNode } from './memory-hub-node.ts';

export interface HubSettings {
  readonly leaseMs: number;
  readonly renewMs: number;
  /** What may wait for one node, from one other. */
  readonly pairBytes: number;
}

/** Each kind of small things. */
const MOST = 100_000;

/** Things that run out, bounded in number. */
class Lasting<T> {
  readonly #kept = new Map<string, { readonly value: T; readonly until: number }>();

  get(name: string, now: number): T | undefined {
    const kept = this.#kept.get(name);
    if (kept && kept.until > now) return kept.value;
    this.#kept.delete(name);
    return undefined;
  }

  set(name: string, value: T, until: number): void {
    this.#kept.delete(name);
    this.#kept.set(name, { value, until });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }

  delete(name: string): void {
    this.#kept.delete(name);
  }

  clear(): void {
    this.#kept.clear();
  }
}

interface Level {
  readonly level: number;
  readonly at: number;
}

export class HubShared {
  readonly settings: HubSettings;
  readonly nodes = new Map<string, HubNode>();
  readonly streams = new HubStreams();
  /** The url of each node that holds one; of those that left, `false`. */
  readonly leases = new Lasting<{ readonly url: string | undefined } | false>();
  readonly records = new Lasting<SessionRecord>();
  readonly values = new Lasting<Uint8Array>();
  readonly agreed = new Map<string, string>();
  readonly #levels = new Lasting<Level>();
  /** Goes up when everything is lost: what is missing since may be missing only for that. */
  run = 1;
  #count = 0;

  constructor(settings: HubSettings) {
    this.settings = settings;
  }

  count(): number {
    return ++this.#count;
  }

  lose(): void {
    this.run++;
    this.streams.clear();
    for (const kept of [this.leases, this.records, this.values, this.#levels]) kept.clear();
    this.agreed.clear();
  }

  /** A level that sinks with time. */
  spend({ key, amount, perMs, most, cost }: Spent, now: number): number {
    const { level, at } = this.#levels.get(key, now) ?? { level: 0, at: now };
    const left = Math.max(0, level - (Math.max(0, now - at) * amount) / perMs);
    const next = Math.min(left + cost, most);
    if (next > 0) this.#levels.set(key, { level: next, at: now }, now + (next * perMs) / amount);
    return next;
  }
}
