/** Messages between nodes of one process. */
import type { Bus, BusListener } from '../engine/ports-backplane.ts';

export interface Letter {
  readonly from: string;
  readonly data: Uint8Array;
}

/** What the bus asks of its node. */
export interface BusPlace {
  readonly node: string;
  readonly mayReach: boolean;
  /** Announcements reach whoever is there. */
  readonly all: Iterable<HubBus>;
  readonly pairBytes: number;
  /** False where nobody of that name takes letters. */
  busOf(node: string): HubBus | undefined;
}

export class HubBus implements Bus {
  readonly #place: BusPlace;
  #listener: BusListener | undefined;
  #letters: Letter[] = [];
  /** What waits here, by who sent it. */
  readonly #waiting = new Map<string, number>();
  /** Nodes with which anything was exchanged. */
  readonly #known = new Set<string>();
  #isPlanned = false;
  isPaused = false;

  constructor(place: BusPlace) {
    this.#place = place;
  }

  listen(listener: BusListener): void {
    this.#listener = listener;
  }

  send(node: string, data: Uint8Array): boolean {
    if (!this.#place.mayReach) return false;
    const other = this.#place.busOf(node);
    if (!other?.take(this.#place.node, data, this.#place.pairBytes)) return false;
    this.#known.add(node);
    return true;
  }

  async kept(node: string): Promise<boolean> {
    return this.#place.mayReach && !this.isPaused && this.#place.busOf(node) !== undefined;
  }

  announce(topic: string, text: string): void {
    if (!this.#place.mayReach) return;
    for (const bus of this.#place.all) bus.hear(topic, text, this.#place.node);
  }

  hear(topic: string, text: string, from: string): void {
    if (!this.isPaused) queueMicrotask(() => this.#listener?.announced(topic, text, from));
  }

  /** False where too much waits. Also while this node is paused or cut off: then it waits. */
  take(from: string, data: Uint8Array, most: number): boolean {
    const waiting = this.#waiting.get(from) ?? 0;
    if (waiting + data.length > most) return false;
    this.#waiting.set(from, waiting + data.length);
    this.#known.add(from);
    // Senders use their buffers again.
    this.#letters.push({ from, data: new Uint8Array(data) });
    this.plan();
    return true;
  }

  plan(): void {
    if (this.#isPlanned || this.isPaused || !this.#place.mayReach || this.#letters.length === 0) return;
    this.#isPlanned = true;
    queueMicrotask(() => this.#deliver());
  }

  /** Whatever was under way with this node is lost, and that one knows, where it hears anything. */
  broken(node: string): void {
    if (!this.#known.delete(node)) return;
    const other = this.#place.mayReach ? this.#place.busOf(node) : undefined;
    if (other && !other.isPaused && other.#place.mayReach) other.broken(this.#place.node);
    this.#letters = this.#letters.filter(({ from }) => from !== node);
    this.#waiting.delete(node);
    queueMicrotask(() => this.#listener?.broken(node));
  }

  get known(): readonly string[] {
    return [...this.#known];
  }

  #deliver(): void {
    this.#isPlanned = false;
    if (this.isPaused || !this.#place.mayReach) return;
    const letters = this.#letters;
    this.#letters = [];
    this.#waiting.clear();
    for (const { from, data } of letters) this.#listener?.received(from, data);
  }
}
