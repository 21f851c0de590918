/** One of the nodes of one process, as a backplane. */
import type { Backplane, Counters } from '../engine/ports-backplane.ts';
import type { Runtime, Timer } from '../engine/ports.ts';
import { HubBus } from './memory-hub-bus.ts';
import { HubDirectory } from './memory-hub-directory.ts';
import { HubFarLog } from './memory-hub-log.ts';
import type { HubShared } from './memory-hub-shared.ts';
import { MemoryEventLog, type MemoryLogLimits } from './memory.ts';
import { SharedLog } from './shared-log.ts';

/** How long copies of streams count as kept without being touched; in memory nothing runs out by itself. */
const KEPT_MS = 3_600_000;

export class HubNode implements Backplane {
  readonly node: string;
  readonly isShared = true;
  readonly log: SharedLog;
  readonly bus: HubBus;
  readonly directory: HubDirectory;
  readonly counters: Counters;
  readonly #shared: HubShared;
  readonly #runtime: Runtime;
  #timer: Timer | undefined;
  #isPaused = false;
  #isCut = false;
  #isClosed = false;

  constructor(node: string, runtime: Runtime, shared: HubShared, limits?: MemoryLogLimits) {
    this.node = node;
    this.#runtime = runtime;
    this.#shared = shared;
    const near = new MemoryEventLog(limits, undefined, (stream) => this.log.trimmed(stream));
    this.log = new SharedLog(near, new HubFarLog(shared.streams, () => this.mayReach), {
      now: () => runtime.now(),
      keptMs: KEPT_MS,
    });
    this.bus = new HubBus(this);
    this.directory = new HubDirectory(this, runtime, shared);
    this.counters = {
      exchange: async (spent) => {
        if (!this.mayReach) throw new Error('What nodes share cannot be reached.');
        return spent.map((one) => shared.spend(one, runtime.now()));
      },
    };
    this.#tick();
  }

  get mayReach(): boolean {
    return !this.#isCut && !this.#isClosed;
  }

  get pairBytes(): number {
    return this.#shared.settings.pairBytes;
  }

  get all(): Iterable<HubBus> {
    return [...this.#shared.nodes.values()].map(({ bus }) => bus);
  }

  busOf(name: string): HubBus | undefined {
    return name === this.node ? undefined : this.#shared.nodes.get(name)?.bus;
  }

  pause(): void {
    this.#isPaused = this.bus.isPaused = true;
    this.#timer?.cancel();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = this.bus.isPaused = false;
    this.#tick();
    this.bus.plan();
  }

  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.directory.cutOff();
  }

  heal(): void {
    if (!this.#isCut) return;
    this.#isCut = false;
    this.directory.renew();
    this.log.flush();
    this.bus.plan();
  }

  /** What is shared came back empty. */
  lost(): void {
    for (const other of this.bus.known) this.bus.broken(other);
    if (this.#isPaused || !this.mayReach) return;
    this.directory.renew();
  }

  /** What is sent to it is still taken, for nobody, as long as its lease lasts. */
  kill(): void {
    this.#isClosed = this.bus.isPaused = true;
    this.#timer?.cancel();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.directory.leave();
    this.kill();
    this.#shared.nodes.delete(this.node);
  }

  #tick(): void {
    this.#timer = this.#runtime.after(this.#shared.settings.renewMs, () => this.#tick());
    if (!this.mayReach) return;
    this.directory.renew();
    this.log.tick();
  }
}
