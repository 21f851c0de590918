/**
 * What is written of things for other nodes, by name: of each the last word counts. What could not be written is tried again
 * until it is, or there is a later word.
 *
 * Guarantees: an earlier word never takes the place of a later one, however late it fails; what waits is bounded.
 */
import type { Runtime, Timer } from '../ports.ts';

export type Write = () => Promise<unknown>;

export interface LastWordsPorts {
  readonly runtime: Pick<Runtime, 'after'>;
  /** Whether there is any use in trying. */
  readonly isReached: () => boolean;
}

/** Between two tries to write what could not be written. */
const AGAIN_MS = 1_000;
/** Writes that wait for that. */
const MOST_LATE = 10_000;

export class LastWords {
  readonly #ports: LastWordsPorts;
  /** By name, what is being written or is to be. */
  readonly #last = new Map<string, Write>();
  /** Names of those that could not be. */
  readonly #late = new Set<string>();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(ports: LastWordsPorts) {
    this.#ports = ports;
  }

  /** Never throws. */
  say(name: string, write: Write): void {
    this.#late.delete(name);
    this.#last.set(name, write);
    this.#try(name, write);
  }

  /** What was to be said of it counts no more. */
  forget(name: string): void {
    this.#last.delete(name);
    this.#late.delete(name);
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#last.clear();
    this.#late.clear();
  }

  #try(name: string, write: Write): void {
    write().then(
      () => this.#isLast(name, write) && this.#last.delete(name),
      () => this.#isLast(name, write) && this.#failed(name),
    );
  }

  #isLast(name: string, write: Write): boolean {
    return this.#last.get(name) === write;
  }

  #failed(name: string): void {
    if (this.#isClosed || this.#late.size >= MOST_LATE) return void this.#last.delete(name);
    this.#late.add(name);
    this.#later();
  }

  #later(): void {
    this.#timer ??= this.#ports.runtime.after(AGAIN_MS, () => this.#again());
  }

  #again(): void {
    this.#timer = undefined;
    if (!this.#ports.isReached()) return void (this.#late.size > 0 && this.#later());
    const late = [...this.#late];
    this.#late.clear();
    for (const name of late) {
      const write = this.#last.get(name);
      if (write) this.#try(name, write);
    }
  }
}
