/** Children started ahead of their use: a new session need not wait for a server to start. */
import type { Runtime, Timer } from '../engine/ports.ts';
import type { LoggedChild } from './stdio-log.ts';

export interface PoolOptions {
  /** Spares to keep. */
  readonly size: number;
  readonly runtime: Runtime;
  /** Starts one. Rejects when it cannot be started now. */
  readonly start: () => Promise<LoggedChild>;
  /** Milliseconds to wait before the next start; undefined when there is no room for one. */
  readonly waitMs: () => number | undefined;
  /** A spare died before anybody used it. */
  readonly onDied: (child: LoggedChild) => void;
}

/** Failures in a row after which the pool rests until somebody asks for a child again. */
const MAX_FAILURES = 5;

export class WarmPool {
  readonly #options: PoolOptions;
  readonly #spares = new Set<LoggedChild>();
  #failures = 0;
  #starting = 0;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#refillIn(0);
  }

  /** Spares that are ready. */
  get ready(): number {
    return this.#spares.size;
  }

  /** A running child nobody has spoken to, the oldest first; and the next one is started. */
  take(): LoggedChild | undefined {
    this.#failures = 0;
    // One that died a moment ago is left to `#lost`.
    const [spare] = [...this.#spares].filter(({ child }) => !child.exit);
    if (spare) this.#spares.delete(spare);
    this.refill();
    return spare;
  }

  /** Starts spares that are missing: there may be room for them now. */
  refill(): void {
    this.#refillIn(0);
  }

  /** Ends every spare, and starts others. */
  renew(): void {
    this.#failures = 0;
    void this.#stopSpares();
    this.refill();
  }

  /** Ends every spare; none is started any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#timer = undefined;
    await this.#stopSpares();
  }

  async #stopSpares(): Promise<void> {
    const spares = [...this.#spares];
    this.#spares.clear();
    await Promise.all(spares.map(({ child }) => child.stop()));
  }

  #refillIn(ms: number): void {
    if (this.#isClosed || this.#timer || this.#spares.size + this.#starting >= this.#options.size) return;
    this.#timer = this.#options.runtime.after(ms, () => {
      this.#timer = undefined;
      void this.#refill();
    });
  }

  async #refill(): Promise<void> {
    while (!this.#isClosed && this.#spares.size + this.#starting < this.#options.size) {
      const wait = this.#options.waitMs();
      // Without room, the next child that ends brings us back.
      if (wait === undefined || this.#failures >= MAX_FAILURES) return;
      if (wait > 0) return this.#refillIn(wait);
      if (!(await this.#add())) this.#failures += 1;
    }
  }

  async #add(): Promise<boolean> {
    this.#starting += 1;
    try {
      const spare = await this.#options.start();
      if (this.#isClosed) {
        await spare.child.stop();
        return true;
      }
      this.#spares.add(spare);
      void spare.child.exited.then(() => this.#lost(spare));
      return true;
    } catch {
      // Whoever starts it has noted the failure; the wait before the next try grows with it.
      return false;
    } finally {
      this.#starting -= 1;
    }
  }

  #lost(spare: LoggedChild): void {
    if (!this.#spares.delete(spare)) return;
    this.#failures += 1;
    this.#options.onDied(spare);
    void spare.child.stop();
    this.#refillIn(this.#options.waitMs() ?? 0);
  }
}
