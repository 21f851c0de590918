/**
 * What is under way between this node and one other, in both directions.
 *
 * Guarantees: what is said leaves in its order, or all that is under way is lost on both sides; what waits for a bus that
 * takes nothing is bounded in bytes and time.
 */
import type { Runtime, Timer } from '../../engine/ports.ts';
import type { Bus } from '../../engine/ports-backplane.ts';
import type { Carriage } from './carriage.ts';
import type { Carried } from './carried.ts';
import { encodeFrame, KIND } from './frames.ts';
import type { RelayLimits } from './limits.ts';

export interface PairPorts {
  readonly bus: Pick<Bus, 'send' | 'kept'>;
  readonly runtime: Runtime;
  readonly limits: RelayLimits;
  /** Nothing is kept of the pair any more. */
  readonly idle: (pair: Pair) => void;
}

export class Pair {
  readonly node: string;
  /** What landed here and is served there. */
  readonly carriages = new Map<number, Carriage>();
  /** What landed there and is served here. */
  readonly carried = new Map<number, Carried>();
  /** Bytes of bodies that are kept here. */
  bodyBytes = 0;
  readonly #ports: PairPorts;
  #late: Uint8Array[] = [];
  #lateBytes = 0;
  #lateSince = 0;
  #timer: Timer | undefined;
  /** It still has to be told that all is lost. */
  #isBroken = false;

  constructor(node: string, ports: PairPorts) {
    this.node = node;
    this.#ports = ports;
  }

  /** Whether nothing is kept of it. */
  get isIdle(): boolean {
    return this.carriages.size === 0 && this.carried.size === 0 && !this.#timer;
  }

  /** The first number after another that nothing under way has. */
  numberAfter(last: number): number {
    let number = last;
    do number = (number + 1) >>> 0;
    while (this.carriages.has(number));
    return number;
  }

  /** @param bytes of its body, kept here */
  begin(carriage: Carriage, bytes: number): void {
    this.carriages.set(carriage.number, carriage);
    this.bodyBytes += bytes;
  }

  /** False where it was not sent, and nothing is under way. */
  ask(frame: Uint8Array): boolean {
    return !this.#isBroken && this.#late.length === 0 && this.#ports.bus.send(this.node, frame);
  }

  /** Sends what belongs to something under way: now, or as soon as there is a way again. */
  say(frame: Uint8Array): void {
    if (this.#isBroken || (this.#late.length === 0 && this.#ports.bus.send(this.node, frame))) return;
    const { limits, runtime } = this.#ports;
    if (this.#late.length === 0) this.#lateSince = runtime.now();
    this.#late.push(frame);
    this.#lateBytes += frame.length;
    if (this.#lateBytes > limits.lateBytes) this.#break();
    else this.#arm();
  }

  /** Whether the other node certainly hears all that was said so far, if it lives. */
  async isHeard(): Promise<boolean> {
    return !this.#isBroken && this.#late.length === 0 && (await this.#ports.bus.kept(this.node));
  }

  /** All that was under way is lost. @param isTold the other node knows @param isGone it will never do anything again */
  lost(isTold: boolean, isGone = false): void {
    this.#isBroken = !isTold;
    this.#late = [];
    this.#lateBytes = 0;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#isBroken) this.#tell();
    const carriages = [...this.carriages.values()];
    const carried = [...this.carried.values()];
    this.carriages.clear();
    this.carried.clear();
    for (const one of carriages) quietly(() => one.lost(isGone));
    for (const one of carried) quietly(() => one.gone());
    this.mayBeIdle();
  }

  mayBeIdle(): void {
    if (this.isIdle) this.#ports.idle(this);
  }

  /** Whether anything is served here, or still to be said. */
  get isServing(): boolean {
    return this.carried.size > 0 || this.#late.length > 0;
  }

  /** How many calls landed here that are not answered yet. */
  get calls(): number {
    let count = 0;
    for (const { isCall } of this.carriages.values()) if (isCall) count++;
    return count;
  }

  /** What landed here ends. @param isAll calls as well; else streams that others go on with */
  leave(isAll = true): void {
    for (const one of [...this.carriages.values()]) if (isAll || !one.isCall) quietly(() => one.giveUp());
  }

  /** Nothing more is said, but that all is lost which is still under way. */
  end(): void {
    const isServing = this.isServing;
    this.lost(!isServing);
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #break(): void {
    this.lost(false);
  }

  #tell(): void {
    if (this.#ports.bus.send(this.node, encodeFrame(KIND.lost, 0))) {
      this.#isBroken = false;
      this.mayBeIdle();
    } else this.#arm();
  }

  #arm(): void {
    const { runtime, limits } = this.#ports;
    this.#timer ??= runtime.after(limits.retryMs, () => this.#retry());
  }

  #retry(): void {
    this.#timer = undefined;
    if (this.#isBroken) return this.#tell();
    const { bus, runtime, limits } = this.#ports;
    let sent = 0;
    for (const frame of this.#late) {
      if (!bus.send(this.node, frame)) break;
      sent++;
      this.#lateBytes -= frame.length;
    }
    if (sent > 0) this.#lateSince = runtime.now();
    this.#late.splice(0, sent);
    if (this.#late.length === 0) return this.mayBeIdle();
    if (runtime.now() - this.#lateSince >= limits.lateMs) this.#break();
    else this.#arm();
  }
}

/** What becomes of one must not keep the others from hearing of it. */
export function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // It has been told as far as it can be.
  }
}
