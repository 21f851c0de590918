/**
 * A meter of one node of several. It decides at once, by what this node knows, and tells afterwards what it gave; what it
 * learns by that are the levels of all nodes together. So no call waits for what is shared.
 *
 * Guarantees, beside those of `Meter`:
 * - what is given is told within `everyMs`, as long as what is shared can be reached: over any time all nodes together
 *   give no more than one would, and what the others gave within one exchange: for each of them, no more than it could
 *   give alone in that time. What was given too much is made up for: over a long time all of them give what one would;
 * - where it cannot be reached, a node goes on by what it knows, and tells later what has not come in again by then;
 * - what is to be told is bounded in buckets; so is each exchange, and there is one at a time.
 */
import type { Counters, Spent } from '../engine/ports-backplane.ts';
import type { Runtime, Timer } from '../engine/ports.ts';
import type { Draw, Limit, PromptMeter, Verdict } from './limits.ts';
import { MemoryMeter, type MemoryMeterOptions } from './memory-meter.ts';

export interface SharedMeterOptions extends MemoryMeterOptions {
  readonly counters: Counters;
  readonly runtime: Pick<Runtime, 'now' | 'after'>;
  /** How long what was given may stay untold, in ms; default 100. Sooner where a whole burst comes in sooner. */
  readonly everyMs?: number;
  /** Buckets in one exchange; default 500. */
  readonly batch?: number;
}

/** What was given from one bucket and not told. */
interface Untold {
  readonly limit: Limit;
  readonly of: string;
  cost: number;
  /** Telling it failed. */
  isLate: boolean;
}

/** As long as a person takes to notice that what is shared is back. */
const AWAY_MS = 1_000;
/** No sooner than so many ms after the last time; of wrong keys, others are to know at once. */
const LEAST_MS = 10;
/** So many nodes owe in full what they gave too much before they knew of each other. */
const MOST_NODES = 64;

export class SharedMeter implements PromptMeter {
  readonly #memory: MemoryMeter;
  readonly #options: SharedMeterOptions;
  readonly #most: number;
  readonly #batch: number;
  readonly #everyMs: number;
  /** By bucket, the one that waits longest first. */
  readonly #untold = new Map<string, Untold>();
  #timer: Timer | undefined;
  /** When the timer fires, or is to be set for. */
  #due = Infinity;
  #isTelling = false;
  #isClosed = false;

  constructor(options: SharedMeterOptions) {
    const { buckets = 100_000, everyMs = 100, batch = 500 } = options;
    this.#memory = new MemoryMeter({ buckets });
    this.#options = options;
    this.#most = buckets;
    this.#everyMs = everyMs;
    this.#batch = batch;
  }

  get size(): number {
    return this.#memory.size;
  }

  /** Buckets of which something is to be told. */
  get untold(): number {
    return this.#untold.size;
  }

  take(draws: readonly Draw[], now: number): Verdict | undefined {
    const verdict = this.#memory.take(draws, now);
    if (verdict?.isRefused === false) for (const draw of draws) if (draw.cost > 0) this.#note(draw, now);
    return verdict;
  }

  charge(draws: readonly Draw[], now: number): void {
    this.#memory.charge(draws, now);
    for (const draw of draws) if (draw.cost > 0) this.#note(draw, now);
  }

  keep(ids: ReadonlySet<string>): void {
    this.#memory.keep(ids);
    for (const [key, { limit }] of this.#untold) if (!ids.has(limit.id)) this.#untold.delete(key);
  }

  /** Tells what is left, without waiting for it, and nothing after that. */
  close(): void {
    if (this.#isClosed) return;
    this.#timer?.cancel();
    this.#isClosed = true;
    if (!this.#isTelling) void this.#tell();
  }

  #note({ limit, of, cost }: Draw, now: number): void {
    const key = `${limit.id}\n${of}`;
    const known = this.#untold.get(key);
    if (known) {
      known.cost += cost;
      return;
    }
    if (this.#untold.size >= this.#most) this.#dropOldest();
    this.#untold.set(key, { limit, of, cost, isLate: false });
    this.#tellBy(now + this.#waitFor(limit), now);
  }

  /** While what was given is not known, what comes in for it is lost: no longer than it takes a burst to come in. */
  #waitFor({ unit, amount, perMs, burst }: Limit): number {
    if (unit === 'failures') return LEAST_MS;
    return Math.min(this.#everyMs, Math.max(LEAST_MS, (burst * perMs) / amount));
  }

  /** Of what waits longest the most has come in again. */
  #dropOldest(): void {
    for (const key of this.#untold.keys()) return void this.#untold.delete(key);
  }

  #tellBy(due: number, now: number): void {
    if (due >= this.#due) return;
    this.#due = due;
    if (this.#isTelling || this.#isClosed) return;
    this.#timer?.cancel();
    this.#timer = this.#options.runtime.after(due - now, () => void this.#tell());
  }

  /** Never rejects. */
  async #tell(): Promise<void> {
    const { counters, runtime } = this.#options;
    this.#timer = undefined;
    this.#due = Infinity;
    const told = this.#take();
    if (told.length === 0) return;
    this.#isTelling = true;
    if (this.#untold.size > 0) this.#due = runtime.now() + LEAST_MS;
    let waitMs = 0;
    try {
      const levels = await counters.exchange(told.map(spentOf));
      const now = runtime.now();
      for (const [index, one] of told.entries()) {
        const level = levels[index];
        if (level === undefined) this.#putBack(one);
        else this.#learn(one, level, now);
      }
    } catch {
      // Perhaps it was counted: to count twice what was given is better than not at all.
      for (const one of told) this.#putBack(one);
      waitMs = AWAY_MS;
    }
    this.#isTelling = false;
    const now = runtime.now();
    const due = Math.max(this.#due, now + Math.max(waitMs, LEAST_MS));
    this.#due = Infinity;
    if (this.#untold.size > 0) this.#tellBy(Math.min(due, now + Math.max(waitMs, this.#everyMs)), now);
  }

  /**
   * What is to be told now. Of what was given long ago only what would still be in the bucket; not so of what was given
   * just now: what came in meanwhile is for all nodes together, and to be taken off once.
   */
  #take(): Untold[] {
    const now = this.#options.runtime.now();
    const taken: Untold[] = [];
    for (const [key, one] of this.#untold) {
      if (taken.length >= this.#batch) break;
      this.#untold.delete(key);
      if (one.isLate) one.cost = Math.min(one.cost, this.#memory.levelOf(one.limit, one.of, now));
      if (one.cost > 0) taken.push(one);
    }
    return taken;
  }

  /** What was given since then is not in what all know. */
  #learn({ limit, of }: Untold, level: number, now: number): void {
    const since = this.#untold.get(`${limit.id}\n${of}`)?.cost ?? 0;
    this.#memory.raise(limit, of, level + since, now);
  }

  #putBack(one: Untold): void {
    const key = `${one.limit.id}\n${one.of}`;
    const since = this.#untold.get(key);
    one.cost += since?.cost ?? 0;
    one.isLate = true;
    if (since || this.#untold.size < this.#most) this.#untold.set(key, one);
  }
}

function spentOf({ limit: { id, unit, amount, perMs, burst }, of, cost }: Untold): Spent {
  const most =
    unit === 'bytes' || unit === 'failures' ? burst * 2 : MOST_NODES * (burst + (amount * 1_000) / perMs);
  return { key: `${id}\n${of}`, amount, perMs, most, cost };
}
