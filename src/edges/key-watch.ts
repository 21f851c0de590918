/**
 * Ends what was opened with keys that open nothing any more: when they change, and when they run out.
 *
 * Guarantees: one timer, for the next key that runs out, and for a look each minute at a time of day that may be set; nothing is
 * left of it after the end.
 */
import type { KeySource } from '../access/key-source.ts';
import type { Gateway } from '../engine/gateway.ts';
import type { Trouble } from '../engine/ports-degraded.ts';
import type { Timer } from '../engine/ports.ts';
import { wallTime } from '../engine/wall.ts';
import type { Sites } from './sites.ts';

/** So soon it is noticed that the time of day was set, by which keys run out. */
const LONGEST_MS = 60_000;

export class KeyWatch {
  readonly #gateway: Gateway;
  readonly #sites: () => Sites | undefined;
  #source: KeySource | undefined;
  #unwatch: (() => void) | undefined;
  #timer: Timer | undefined;
  #tell: (() => void) | undefined;
  #isHearing = false;

  /** @param sites those in force */
  constructor(gateway: Gateway, sites: () => Sites | undefined) {
    this.#gateway = gateway;
    this.#sites = sites;
  }

  /** Listens to this source from now on, in place of any other. */
  follow(source: KeySource | undefined): void {
    if (source !== this.#source) {
      this.#unwatch?.();
      this.#source = source;
      this.#unwatch = source?.watch(() => this.#changed());
    }
    this.#arm();
  }

  /** What is wrong with where keys are kept. */
  get troubles(): readonly Trouble[] {
    return this.#source?.troubles?.() ?? [];
  }

  /** Who is told of changes that nobody else told of. */
  tells(tell: () => void): void {
    this.#tell = tell;
  }

  /** Another node found that keys changed: perhaps here, too. */
  heard(): void {
    this.#isHearing = true;
    this.#source?.look?.();
    this.#isHearing = false;
    this.review();
  }

  /** Ends what nobody may use any more. */
  review(): void {
    const sites = this.#sites();
    if (!sites) return;
    this.#gateway.closeUnless((principal, mount) => sites.allows(principal, mount));
    this.#arm();
  }

  end(): void {
    this.#unwatch?.();
    this.#unwatch = undefined;
    this.#timer?.cancel();
  }

  #changed(): void {
    if (!this.#isHearing) this.#tell?.();
    this.review();
  }

  #arm(): void {
    this.#timer?.cancel();
    const { runtime } = this.#gateway.context;
    const now = wallTime(runtime);
    const next = this.#sites()?.nextExpiry(now) ?? Infinity;
    if (next === Infinity) return;
    const look = () => (wallTime(runtime) >= next ? this.review() : this.#arm());
    this.#timer = runtime.after(Math.min(Math.ceil(next - now), LONGEST_MS), look);
  }
}
