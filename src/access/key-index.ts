/**
 * Keys by their hash. How long a look-up takes tells nothing of the keys there are: one is found by a part of its hash,
 * and then compared whole, without an end before the last character.
 */
import type { Caps } from '../engine/ports-held.ts';
import type { Policy } from '../engine/ports-policy.ts';
import type { Caller } from './principal.ts';
import type { RateRule } from './rate-rules.ts';

export interface ApiKey {
  /** Who has the key; shown in logs. */
  readonly name: string;
  /** Lower-case hex SHA-256 of the key. */
  readonly sha256: string;
  /** What its holder may use; default: all there is. */
  readonly policy?: Policy | undefined;
  /** How much its holder may do within a time; default: as its site says of callers. */
  readonly limits?: RateRule | undefined;
  /** What its holder may have at once; default: as its site says of callers. */
  readonly holds?: Caps | undefined;
  /** SHA-256 of the certificate of a client with which alone it is good, in lower-case hex; default: with any or none. */
  readonly certificate?: string | undefined;
  /** From when on it opens nothing, in ms since the epoch; default: never. */
  readonly expires?: number | undefined;
}

export interface Entry<Key extends ApiKey> {
  readonly key: Key;
  /** One object, as often as the key is shown. */
  readonly caller: Caller;
}

/** Characters of a hash by which it is found: 64 bits. */
const PART = 16;

export class KeyIndex<Key extends ApiKey> {
  readonly #byPart = new Map<string, Entry<Key>[]>();
  readonly #byPrincipal = new Map<string, Entry<Key>>();

  constructor(keys: readonly Key[]) {
    for (const key of keys) {
      const principal = principalOf(key);
      const entry = {
        key,
        caller: {
          principal,
          policy: key.policy,
          limits: key.limits,
          held: key.holds,
          until: key.expires,
          certificate: key.certificate,
        },
      };
      const part = key.sha256.slice(0, PART);
      const same = this.#byPart.get(part);
      if (same) same.push(entry);
      else this.#byPart.set(part, [entry]);
      this.#byPrincipal.set(principal, entry);
    }
  }

  /** How many callers there are. */
  get size(): number {
    return this.#byPrincipal.size;
  }

  /** @param sha256 of what was shown, in lower-case hex */
  find(sha256: string): Entry<Key> | undefined {
    let found: Entry<Key> | undefined;
    for (const entry of this.#byPart.get(sha256.slice(0, PART)) ?? []) {
      if (isSame(entry.key.sha256, sha256)) found = entry;
    }
    return found;
  }

  recall(principal: string): Entry<Key> | undefined {
    return this.#byPrincipal.get(principal);
  }

  /** The next time after `now` at which one of them runs out; `Infinity` where none does. */
  nextExpiry(now: number): number {
    let next = Infinity;
    for (const { key } of this.#byPrincipal.values()) {
      const { expires = Infinity } = key;
      if (expires > now && expires < next) next = expires;
    }
    return next;
  }
}

/** Looks at all of it, however early they differ. */
export function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}

/** A name that only tells the place in the list. */
const PLACE = /^key-?\d+$/;

/**
 * Bound to the key itself: a name may pass to another key, and what was opened with the first must not. A key
 * without a name of its own stays who it is when the list is cut or sorted.
 */
function principalOf({ name, sha256 }: ApiKey): string {
  return `${PLACE.test(name) ? 'key' : name}#${sha256.slice(0, 12)}`;
}
