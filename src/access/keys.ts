/**
 * API keys: known by their SHA-256 only, sent as `Authorization: Bearer …` or `X-API-Key: …`.
 *
 * Source: RFC 6750 section 2.1 (the bearer scheme); keys in a query are not taken (section 5.3).
 */
import type { RequestHead } from '../engine/ports.ts';
import type { Authenticator } from './principal.ts';

export interface ApiKey {
  /** Who has the key; shown in logs. */
  readonly name: string;
  /** Lower-case hex SHA-256 of the key. */
  readonly sha256: string;
}

/** Hashes text to lower-case hex. */
export type Sha256 = (text: string) => string;

/** No key is longer; more is not worth hashing. */
const MAX_KEY_LENGTH = 512;

export class KeyRing implements Authenticator {
  readonly isRequired = true;
  /** By hash: how long a look-up takes tells something of the hash only, and nothing of the key. */
  readonly #names: ReadonlyMap<string, string>;
  readonly #sha256: Sha256;

  constructor(keys: readonly ApiKey[], sha256: Sha256) {
    this.#names = new Map(keys.map((key) => [key.sha256, principalOf(key)]));
    this.#sha256 = sha256;
  }

  knows(principal: string): boolean {
    for (const known of this.#names.values()) if (known === principal) return true;
    return false;
  }

  authenticate(head: RequestHead): string | undefined {
    const key = keyOf(head);
    if (key === undefined || key.length === 0 || key.length > MAX_KEY_LENGTH) return undefined;
    return this.#names.get(this.#sha256(key));
  }
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

/** A bearer token first; another scheme of `Authorization` is somebody else's business. */
function keyOf(head: RequestHead): string | undefined {
  const bearer = /^bearer +(\S+)$/i.exec(head.header('authorization') ?? '')?.[1];
  return bearer ?? head.header('x-api-key');
}
