/**
 * Seals state that clients keep for us: XChaCha20-Poly1305, a random nonce each.
 *
 * Its nonces have 24 bytes, so random ones never meet however much is sealed and by how many nodes with one key, and it
 * needs no tables, so that in plain JavaScript how long it takes tells nothing of the key; AES-GCM has neither.
 *
 * Guarantees: what opens was sealed here, by a key that is still known, for the same context; each state has one text
 * only that opens it; `open` never throws and reads no more than a bounded text.
 *
 * Source: draft-irtf-cfrg-xchacha-03, RFC 8439.
 */
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { Seal } from '../engine/ports-era.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { type StateKey, type StateKeyOptions, stateKeyOf } from './state-keys.ts';

/** So many random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

/** What seals state that is left with clients. */
export interface StateOptions {
  /**
   * The first seals, all open. Nodes that serve the same clients need the same; to rotate, put a new one first and take the
   * old one out when what it sealed is stale. Default: a random one, as long as the process lives.
   */
  readonly keys?: readonly StateKeyOptions[] | undefined;
}

/** Bytes of one state: what is told apart by it fits many times. */
export const MOST_STATE_BYTES = 64 * 1024;
const VERSION = '1';
const NONCE_BYTES = 24;
const TAG_BYTES = 16;
/** `1.<key id>.<nonce, state and tag>` */
const MOST_CHARACTERS = 2 + 33 + Math.ceil(((NONCE_BYTES + MOST_STATE_BYTES + TAG_BYTES) * 4) / 3);

export class Seals implements Seal {
  readonly #random: RandomBytes;
  /** Of this process, where none is configured. */
  readonly #own: StateKey;
  #first: StateKey;
  #keys: ReadonlyMap<string, Uint8Array>;
  #configured = '';

  /** @param options without a fault: see `stateKeyFault` */
  constructor(options: StateOptions, random: RandomBytes) {
    this.#random = random;
    this.#own = { id: 'own', key: random(32) };
    this.#first = this.#own;
    this.#keys = new Map([[this.#own.id, this.#own.key]]);
    this.change(options);
  }

  /** Takes over other keys. The same ones again cost nothing. */
  change({ keys = [] }: StateOptions): void {
    const configured = keys.length === 0 ? '' : JSON.stringify(keys.map(({ id, secret }) => [id, secret]));
    if (configured === this.#configured) return;
    this.#configured = configured;
    const all = keys.length === 0 ? [this.#own] : keys.map(stateKeyOf);
    this.#first = all[0] ?? this.#own;
    this.#keys = new Map(all.map(({ id, key }) => [id, key]));
  }

  /** @throws RangeError when the state is larger than `MOST_STATE_BYTES` */
  seal(state: Uint8Array, context: string): string {
    if (state.length > MOST_STATE_BYTES)
      throw new RangeError(`A state of ${state.length} bytes is too large to be sealed.`);
    const { id, key } = this.#first;
    const nonce = this.#random(NONCE_BYTES);
    const sealed = xchacha20poly1305(key, nonce, bound(id, context)).encrypt(state);
    const whole = new Uint8Array(NONCE_BYTES + sealed.length);
    whole.set(nonce);
    whole.set(sealed, NONCE_BYTES);
    return `${VERSION}.${id}.${toBase64url(whole)}`;
  }

  open(text: string, context: string): Uint8Array | undefined {
    if (typeof text !== 'string' || text.length > MOST_CHARACTERS) return undefined;
    const [version, id = '', body = '', ...more] = text.split('.', 4);
    const key = this.#keys.get(id);
    if (version !== VERSION || !key || more.length > 0) return undefined;
    const whole = fromBase64url(body);
    if (!whole || whole.length < NONCE_BYTES + TAG_BYTES) return undefined;
    try {
      const cipher = xchacha20poly1305(key, whole.subarray(0, NONCE_BYTES), bound(id, context));
      return cipher.decrypt(whole.subarray(NONCE_BYTES));
    } catch {
      // The only way in which the cipher says that it is not what was sealed.
      return undefined;
    }
  }
}

const encoder = new TextEncoder();

/** What the state is bound to: as JSON, so that no two differ in anything but come out the same. */
function bound(id: string, context: string): Uint8Array {
  return encoder.encode(JSON.stringify([VERSION, id, context]));
}
