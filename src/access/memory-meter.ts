/**
 * A meter in memory: leaky buckets, each a level that sinks with time. A bucket that has run dry says nothing and is
 * forgotten, so there is neither a timer nor anything to be cleared away.
 */
import { widerThan } from './address-key.ts';
import type { Draw, Limit, PromptMeter, Verdict } from './limits.ts';

export interface MemoryMeterOptions {
  /** Buckets of one limit; default 100,000. */
  readonly buckets?: number;
}

interface Bucket {
  /** What was taken and has not come in again. */
  level: number;
  /** When that was so. */
  at: number;
}

/** Sums of fractions may miss a whole number by so much. */
const SLACK = 1e-6;

export class MemoryMeter implements PromptMeter {
  readonly #tables = new Map<string, Table>();
  readonly #most: number;
  /** What the draws in hand found: reused, as nothing else runs meanwhile. */
  readonly #found: (Bucket | undefined)[] = [];

  constructor({ buckets = 100_000 }: MemoryMeterOptions = {}) {
    this.#most = buckets;
  }

  /** Buckets in all. */
  get size(): number {
    let size = 0;
    for (const table of this.#tables.values()) size += table.size;
    return size;
  }

  take(draws: readonly Draw[], now: number): Verdict | undefined {
    let refusal: Verdict | undefined;
    for (let index = 0; index < draws.length; index++) {
      const { limit, of, cost } = draws[index] as Draw;
      const bucket = this.#tables.get(limit.id)?.find(of, limit, now);
      this.#found[index] = bucket;
      const level = bucket ? sink(bucket, limit, now) : 0;
      const waitMs = waitFor(limit, level, cost);
      if (waitMs > (refusal?.waitMs ?? 0))
        refusal = { limit, isRefused: true, remaining: left(limit, level), waitMs };
    }
    return refusal ?? this.#give(draws, now);
  }

  charge(draws: readonly Draw[], now: number): void {
    for (const { limit, of, cost } of draws) {
      const bucket = this.#tables.get(limit.id)?.find(of, limit, now) ?? this.#add(limit, of, now);
      bucket.level = Math.min(sink(bucket, limit, now) + cost, mostOf(limit));
    }
  }

  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#tables.keys()) if (!ids.has(id)) this.#tables.delete(id);
  }

  /** How much is in a bucket now. */
  levelOf(limit: Limit, of: string, now: number): number {
    const bucket = this.#tables.get(limit.id)?.find(of, limit, now);
    return bucket ? levelAt(bucket, limit, now) : 0;
  }

  /** Somebody knows that at least so much is in a bucket now. */
  raise(limit: Limit, of: string, level: number, now: number): void {
    const found = this.#tables.get(limit.id)?.find(of, limit, now);
    if (!found && level <= 0) return;
    const bucket = found ?? this.#add(limit, of, now);
    bucket.level = Math.max(sink(bucket, limit, now), level);
  }

  #give(draws: readonly Draw[], now: number): Verdict | undefined {
    let nearest: Draw | undefined;
    let nearestLevel = 0;
    for (let index = 0; index < draws.length; index++) {
      const draw = draws[index] as Draw;
      const { limit, of, cost } = draw;
      const bucket = this.#found[index] ?? (cost > 0 ? this.#add(limit, of, now) : undefined);
      if (bucket && cost > 0) bucket.level = Math.min(bucket.level + cost, mostOf(limit));
      const level = bucket?.level ?? 0;
      if (!nearest || isNearer(limit, level, nearest.limit, nearestLevel)) {
        nearest = draw;
        nearestLevel = level;
      }
    }
    if (!nearest) return undefined;
    const { limit } = nearest;
    const waitMs = Math.ceil((nearestLevel * limit.perMs) / limit.amount - SLACK);
    return { limit, isRefused: false, remaining: left(limit, nearestLevel), waitMs };
  }

  #add(limit: Limit, of: string, now: number): Bucket {
    let table = this.#tables.get(limit.id);
    if (!table) this.#tables.set(limit.id, (table = new Table(this.#most)));
    return table.add(limit, of, now);
  }
}

/** The buckets of one limit. */
class Table {
  readonly #own: Buckets;
  /** Where there is no room for more: strangers share. */
  readonly #shared: Buckets;

  constructor(most: number) {
    this.#own = new Buckets(most);
    this.#shared = new Buckets(most / 10);
  }

  get size(): number {
    return this.#own.size + this.#shared.size;
  }

  find(of: string, limit: Limit, now: number): Bucket | undefined {
    const own = this.#own.get(of);
    if (own || this.#shared.size === 0) return own;
    const shared = this.#shared.get(wider(of, limit)) ?? this.#shared.get('');
    return shared && levelAt(shared, limit, now) > 0 ? shared : undefined;
  }

  /** A bucket for who has none. Only those that have run dry make room: they would begin again just so. */
  add(limit: Limit, of: string, now: number): Bucket {
    const bucket = { level: 0, at: now };
    if (!this.#own.add(of, bucket, limit, now) && !this.#shared.add(wider(of, limit), bucket, limit, now))
      this.#shared.put('', bucket);
    return bucket;
  }
}

/** Who shares where there is no room: a wider network, or all. */
function wider(of: string, { scope }: Limit): string {
  return scope === 'address' ? widerThan(of) : '';
}

/** So many buckets by name, and one more. */
class Buckets {
  readonly #most: number;
  readonly #buckets = new Map<string, Bucket>();
  #hand: MapIterator<[string, Bucket]> | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#buckets.size;
  }

  get(of: string): Bucket | undefined {
    return this.#buckets.get(of);
  }

  put(of: string, bucket: Bucket): void {
    this.#buckets.set(of, bucket);
  }

  /** False where there is no room. */
  add(of: string, bucket: Bucket, limit: Limit, now: number): boolean {
    this.#sweep(limit, now);
    if (this.#buckets.size >= this.#most && !this.#buckets.has(of)) return false;
    this.#buckets.set(of, bucket);
    return true;
  }

  /** Looks at a few more with each that is added, all in turn: so there are about as many as there must be. */
  #sweep(limit: Limit, now: number): void {
    for (let looked = 0; looked < SWEPT; looked++) {
      const next = (this.#hand ??= this.#buckets.entries()).next();
      if (next.done) return void (this.#hand = undefined);
      const [of, bucket] = next.value;
      const isKept = now - bucket.at < KEPT_MS && this.#buckets.size < this.#most;
      if (!isKept && levelAt(bucket, limit, now) === 0) this.#buckets.delete(of);
    }
  }
}

const SWEPT = 4;
/** Whoever came just now comes again, most likely. */
const KEPT_MS = 1_000;

/** What of its level is left by now. */
function sink(bucket: Bucket, limit: Limit, now: number): number {
  bucket.level = levelAt(bucket, limit, now);
  bucket.at = now;
  return bucket.level;
}

/** A clock that was set back takes nothing away, and gives nothing. */
function levelAt({ level, at }: Bucket, { amount, perMs }: Limit, now: number): number {
  const passed = now - at;
  return passed > 0 ? Math.max(0, level - (passed * amount) / perMs) : level;
}

function waitFor({ unit, amount, perMs, burst }: Limit, level: number, cost: number): number {
  // What is counted afterwards passes as long as nothing is owed.
  if (unit === 'bytes' || unit === 'failures')
    return level < burst ? 0 : Math.ceil(((level - burst) * perMs) / amount) + 1;
  if (cost === 0 || level + cost <= burst + SLACK) return 0;
  // More than is ever given at once: the best that can be said is when there is most.
  const over = cost > burst ? level : level + cost - burst;
  return Math.max(1, Math.ceil((over * perMs) / amount - SLACK));
}

/** What is owed is made up for in the time of one burst. */
function mostOf({ burst }: Limit): number {
  return burst * 2;
}

function left({ burst }: Limit, level: number): number {
  return Math.max(0, Math.floor(burst - level + SLACK));
}

/** Which of two is nearer to its end: of what is counted in calls, where anything is. */
function isNearer(one: Limit, level: number, other: Limit, otherLevel: number): boolean {
  if ((one.unit === 'bytes') !== (other.unit === 'bytes')) return other.unit === 'bytes';
  return level * other.burst > otherLevel * one.burst;
}
