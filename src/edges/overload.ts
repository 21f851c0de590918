/**
 * Whether the process has more to do than it can: its event loop comes late again and again, or its memory is nearly used
 * up. New sessions are refused then, so that those that are open are served.
 *
 * Guarantees: one pause, however long (a debugger, a machine that slept), is no overload; what has begun ends only after
 * it was calm for a while, so that it does not flap.
 */
import type { Troubles } from '../engine/ports-degraded.ts';
import type { Runtime, Timer } from '../engine/ports.ts';

export interface OverloadOptions {
  /** How late, in ms, the event loop must be at every look; 0: it is not looked at. Default 2,000. */
  readonly delayMs?: number;
  /** For how long, in ms; and how long it must be calm afterwards. Default 5,000. */
  readonly forMs?: number;
  /** The share of its memory that may be used, from 0 to 1; 0: it is not looked at. Default 0.9. */
  readonly memory?: number;
}

const DEFAULTS = { delayMs: 2_000, forMs: 5_000, memory: 0.9 } as const;

/** Between two looks, at most. */
const LOOK_MS = 500;
/** What is this much under a limit is calm. */
const CALM_DELAY = 0.5;
const CALM_MEMORY = 0.9;

export interface OverloadPorts {
  readonly runtime: Pick<Runtime, 'now' | 'after'>;
  /** The share of its memory that the process uses; where that cannot be told it is not looked at. */
  readonly memoryShare?: (() => number) | undefined;
  readonly troubles: Troubles;
}

/** Not by itself where timers outlive no request, as at the edge of a network. */
export function watchOver(
  options: OverloadOptions | false | undefined,
  ports: OverloadPorts,
): OverloadWatch | undefined {
  if (options === false || (options === undefined && !ports.memoryShare)) return undefined;
  return new OverloadWatch(options ?? {}, ports);
}

export class OverloadWatch {
  readonly #ports: OverloadPorts;
  readonly #delayMs: number;
  readonly #forMs: number;
  readonly #memory: number;
  readonly #everyMs: number;
  #timer: Timer | undefined;
  /** When the next look should be. */
  #due = 0;
  #isOverloaded = false;
  /** Since when every look was late, and how many those are. */
  #lateSince = 0;
  #late = 0;
  #calmSince = 0;

  constructor(options: OverloadOptions, ports: OverloadPorts) {
    const { delayMs, forMs, memory } = { ...DEFAULTS, ...options };
    this.#ports = ports;
    this.#delayMs = delayMs;
    this.#forMs = forMs;
    this.#memory = ports.memoryShare ? memory : 0;
    this.#everyMs = delayMs > 0 ? Math.min(LOOK_MS, Math.max(1, delayMs / 2)) : LOOK_MS;
    if (this.#delayMs > 0 || this.#memory > 0) this.#arm();
  }

  get isOverloaded(): boolean {
    return this.#isOverloaded;
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const { runtime } = this.#ports;
    this.#due = runtime.now() + this.#everyMs;
    this.#timer = runtime.after(this.#everyMs, () => this.#look());
  }

  #look(): void {
    const now = this.#ports.runtime.now();
    const lateMs = now - this.#due;
    const share = this.#memory > 0 ? (this.#ports.memoryShare?.() ?? 0) : 0;
    this.#count(lateMs);
    if (this.#isOverloaded) this.#calm(now, lateMs, share);
    else if (this.#memory > 0 && share >= this.#memory) this.#begin(fullOf(share));
    else if (this.#late >= 2 && now - this.#lateSince >= this.#forMs) this.#begin(lateBy(lateMs));
    this.#arm();
  }

  /** A second look that is late tells work that never ends from one pause. */
  #count(lateMs: number): void {
    const isLate = this.#delayMs > 0 && lateMs >= this.#delayMs;
    if (isLate && this.#late === 0) this.#lateSince = this.#due;
    this.#late = isLate ? this.#late + 1 : 0;
  }

  #calm(now: number, lateMs: number, share: number): void {
    const isLate = this.#delayMs > 0 && lateMs >= this.#delayMs * CALM_DELAY;
    const isFull = this.#memory > 0 && share >= this.#memory * CALM_MEMORY;
    if (isLate || isFull) this.#calmSince = 0;
    else if (this.#calmSince === 0) this.#calmSince = now;
    else if (now - this.#calmSince >= this.#forMs) this.#end();
  }

  #begin(message: string): void {
    this.#isOverloaded = true;
    this.#calmSince = 0;
    this.#ports.troubles.set('overloaded', `${message} New sessions are refused until that is over.`);
  }

  #end(): void {
    this.#isOverloaded = false;
    this.#ports.troubles.clear('overloaded');
  }
}

function lateBy(ms: number): string {
  return `The event loop is ${Math.round(ms)} ms late, again and again.`;
}

function fullOf(share: number): string {
  return `${Math.round(share * 100)} % of the memory there is are used.`;
}
