/**
 * What seals state, where several nodes serve the same clients and nobody configured keys: one secret on which they agreed.
 *
 * Guarantees: what one node sealed opens at all others, from the first agreement on. Where what is shared comes back empty,
 * the same secret is agreed again; where another one was meanwhile, both open, everywhere, and the one that was agreed seals.
 * Whoever can read what is shared can read the secret.
 */
import type { RandomBytes, Seals, StateOptions } from '../access/seals.ts';
import type { StateKeyOptions } from '../access/state-keys.ts';
import type { Sha256 } from '../access/keys.ts';
import type { Directory } from '../engine/ports-backplane.ts';
import type { Seal } from '../engine/ports-era.ts';
import type { Runtime, Timer } from '../engine/ports.ts';
import type { Announcements } from './announcements.ts';

export interface SharedSealPorts {
  readonly directory: Pick<Directory, 'agree' | 'get' | 'put'>;
  readonly announcements: Pick<Announcements, 'on' | 'say'>;
  readonly runtime: Pick<Runtime, 'after'>;
  readonly random: RandomBytes;
  readonly sha256: Sha256;
}

const TOPIC = 'state';
/** How often it is looked whether it is still the same. */
const LOOK_MS = 2_000;
/** The same while it cannot be asked. */
const AWAY_MS = 1_000;
/** Others that still open: as many losses, each with nodes that started in it. */
const MOST_OTHERS = 8;
/** Longer than anybody keeps state for us. */
const OTHERS_MS = 7 * 86_400_000;

export class SharedSeal implements Seal {
  readonly #seals: Seals;
  readonly #ports: SharedSealPorts;
  /** What seals; random until it was agreed. */
  #secret: string;
  /** What opens beside it, the newest first. */
  #others: readonly string[] = [];
  #wasAgreed = false;
  #hasSealed = false;
  #isConfigured = false;
  #isClosed = false;
  #timer: Timer | undefined;
  #agreeing: Promise<void> | undefined;
  /** Whether it may be another by now. */
  #isDue = false;

  constructor(seals: Seals, state: StateOptions, ports: SharedSealPorts) {
    this.#seals = seals;
    this.#ports = ports;
    this.#secret = hex(ports.random(32));
    this.change(state);
    ports.announcements.on(TOPIC, () => this.#look());
  }

  /** Whether keys are configured, and none of those that nodes agreed on opens anything. */
  get isConfigured(): boolean {
    return this.#isConfigured;
  }

  seal(state: Uint8Array, context: string): string {
    this.#hasSealed = true;
    return this.#seals.seal(state, context);
  }

  open(text: string, context: string): Uint8Array | undefined {
    return this.#seals.open(text, context);
  }

  /** Takes over other keys; where there are none, those that are agreed. */
  change(state: StateOptions): void {
    const wasConfigured = this.#isConfigured;
    this.#isConfigured = (state.keys ?? []).length > 0;
    this.#seals.change(this.#isConfigured ? state : { keys: this.#keys });
    if (wasConfigured && !this.#isConfigured) this.#look();
  }

  /** To be waited for before anybody is served. Rejects where it cannot be asked; goes on trying until it is closed. */
  async agree(): Promise<void> {
    if (this.#isConfigured || this.#isClosed) return;
    this.#agreeing ??= this.#agree().finally(() => (this.#agreeing = undefined));
    try {
      await this.#agreeing;
      this.#lookIn(this.#isDue ? 0 : LOOK_MS);
    } catch (error) {
      this.#lookIn(AWAY_MS);
      throw error;
    } finally {
      this.#isDue = false;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  #look(): void {
    if (this.#agreeing) this.#isDue = true;
    else this.agree().catch(() => {});
  }

  #lookIn(ms: number): void {
    this.#timer?.cancel();
    if (!this.#isClosed) this.#timer = this.#ports.runtime.after(ms, () => this.#look());
  }

  async #agree(): Promise<void> {
    const { directory, announcements } = this.#ports;
    const own = this.#secret;
    const agreed = await directory.agree('state', own);
    if (!isSecret(agreed))
      throw new Error('What the nodes share holds something else where their secret for state should be.');
    const isOther = agreed !== own;
    const isNew = !this.#wasAgreed;
    const former = isOther && (this.#wasAgreed || this.#hasSealed) ? [own] : [];
    for (const secret of former) await this.#publish(secret);
    const found = await Promise.all(NAMES.map((name) => directory.get(name)));
    const told = found.flatMap((value) => (value ? [decoder.decode(value)] : [])).filter(isSecret);
    this.#secret = agreed;
    this.#wasAgreed = true;
    this.#others = [...new Set([...former, ...told, ...this.#others])]
      .filter((secret) => secret !== agreed)
      .slice(0, MOST_OTHERS);
    if (!this.#isConfigured) this.#seals.change({ keys: this.#keys });
    // Who has another one learns of this one only so.
    if (isOther || isNew) announcements.say(TOPIC, '');
  }

  /** Tells the others of a secret that was agreed before. */
  async #publish(secret: string): Promise<void> {
    const { directory } = this.#ports;
    for (const name of NAMES) {
      if (await directory.put(name, encoder.encode(secret), OTHERS_MS)) return;
      const there = await directory.get(name);
      if (there && decoder.decode(there) === secret) return;
    }
  }

  get #keys(): StateKeyOptions[] {
    return [this.#secret, ...this.#others].map((secret) => ({
      id: this.#ports.sha256(`state ${secret}`).slice(0, 12),
      secret,
    }));
  }
}

const NAMES = Array.from({ length: MOST_OTHERS }, (_, index) => `state.former.${index}`);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function isSecret(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
