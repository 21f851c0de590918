/**
 * A brake on who shows wrong keys and tokens: from an address that showed too many, only who was let in from there before
 * is let in, and nobody is asked about any proof: new tokens of theirs count where they are signed.
 *
 * Guarantees: who is braked learns nothing from being refused, as the right key is refused in the same words; who came
 * in from that address before goes on, so that no stranger shuts out the others behind their common proxy.
 */
import { addressKey } from './address-key.ts';
import { MemoryMeter } from './memory-meter.ts';
import type { Draw, Limit, PromptMeter, Verdict } from './limits.ts';

/** Addresses from which somebody was let in, and callers of each, that are remembered. */
const MOST_ADDRESSES = 10_000;
const MOST_CALLERS = 1_000;

export class Brake {
  readonly #meter: PromptMeter;
  #limit: Limit;
  #isEverywhere: boolean;
  /** Principals that were let in, by address; the oldest address first. */
  readonly #passed = new Map<string, Set<string>>();

  /**
   * @param isEverywhere also on addresses of this machine, which may stand for all behind a proxy
   * @param meter for nothing else; default: in memory
   */
  constructor(limit: Limit, isEverywhere: boolean, meter: PromptMeter = new MemoryMeter()) {
    this.#meter = meter;
    this.#limit = limit;
    this.#isEverywhere = isEverywhere;
  }

  change(limit: Limit, isEverywhere: boolean): void {
    this.#limit = limit;
    this.#isEverywhere = isEverywhere;
  }

  /** Why proofs from there are not looked at now; undefined: they are. */
  on(address: string, now: number): Verdict | undefined {
    if (this.#meter.size === 0 || !this.#counts(address)) return undefined;
    const verdict = this.#meter.take([this.#draw(address, 0)], now);
    return verdict?.isRefused === true ? verdict : undefined;
  }

  /** A proof that was shown is none. */
  failed(address: string, now: number): void {
    if (this.#counts(address)) this.#meter.charge([this.#draw(address, 1)], now);
  }

  /** Somebody was let in. */
  passed(address: string, principal: string): void {
    const key = addressKey(address);
    const known = this.#passed.get(key);
    if (known?.has(principal)) return;
    if (known && known.size < MOST_CALLERS) known.add(principal);
    if (known) return;
    const [oldest] = this.#passed.keys();
    if (oldest !== undefined && this.#passed.size >= MOST_ADDRESSES) this.#passed.delete(oldest);
    this.#passed.set(key, new Set([principal]));
  }

  /** Whether anybody was let in from there. */
  knows(address: string): boolean {
    return this.#passed.has(addressKey(address));
  }

  hasPassed(address: string, principal: string): boolean {
    return this.#passed.get(addressKey(address))?.has(principal) === true;
  }

  #draw(address: string, cost: number): Draw {
    return { limit: this.#limit, of: addressKey(address), cost };
  }

  #counts(address: string): boolean {
    return this.#isEverywhere || !isOfThisMachine(address);
  }
}

function isOfThisMachine(address: string): boolean {
  return address === '' || address === '::1' || addressKey(address).startsWith('127.');
}
