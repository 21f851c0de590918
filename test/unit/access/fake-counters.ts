/** Levels that several meters share, in one process: reached after some time of the fake clock, or not at all. */
import type { Counters, Spent } from '../../../src/engine/ports-backplane.ts';
import type { FakeRuntime } from '../engine/support.ts';

export class FakeCounters implements Counters {
  readonly #runtime: FakeRuntime;
  readonly #levels = new Map<string, { level: number; at: number }>();
  readonly exchanges: (readonly Spent[])[] = [];
  isAway = false;
  /** One way. */
  latencyMs = 1;

  constructor(runtime: FakeRuntime) {
    this.#runtime = runtime;
  }

  async exchange(spent: readonly Spent[]): Promise<readonly number[]> {
    if (this.isAway) throw new Error('away');
    this.exchanges.push(spent);
    await this.#pass();
    const levels = spent.map((one) => this.#add(one));
    await this.#pass();
    return levels;
  }

  forget(): void {
    this.#levels.clear();
  }

  #add({ key, amount, perMs, most, cost }: Spent): number {
    const now = this.#runtime.now();
    const { level, at } = this.#levels.get(key) ?? { level: 0, at: now };
    const next = Math.min(Math.max(0, level - ((now - at) * amount) / perMs) + cost, most);
    this.#levels.set(key, { level: next, at: now });
    return next;
  }

  #pass(): Promise<void> {
    return new Promise((resolve) => void this.#runtime.after(this.latencyMs, resolve));
  }
}
