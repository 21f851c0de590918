/**
 * API keys: known by their SHA-256 only, sent as `Authorization: Bearer …` or `X-API-Key: …`.
 *
 * Source: RFC 6750 section 2.1 (the bearer scheme); keys in a query are not taken (section 5.3).
 */
import type { RequestHead } from '../engine/ports.ts';
import type { Policy } from '../engine/ports-policy.ts';
import { type Authenticator, type Caller, NO_PROOF, type Proof, type Refused } from './principal.ts';

export interface ApiKey {
  /** Who has the key; shown in logs. */
  readonly name: string;
  /** Lower-case hex SHA-256 of the key. */
  readonly sha256: string;
  /** What its holder may use; default: all there is. */
  readonly policy?: Policy | undefined;
}

/** Hashes text to lower-case hex. */
export type Sha256 = (text: string) => string;

/** No key is longer; more is not worth hashing. */
const MAX_KEY_LENGTH = 512;

const UNKNOWN: Refused = { isRefused: true, error: 'invalid_token', fact: 'the key is unknown' };

export class KeyRing implements Authenticator {
  readonly isRequired = true;
  /** By hash: how long a look-up takes tells something of the hash only, and nothing of the key. */
  readonly #callers: ReadonlyMap<string, Caller>;
  readonly #principals: ReadonlyMap<string, Caller>;
  readonly #sha256: Sha256;

  constructor(keys: readonly ApiKey[], sha256: Sha256) {
    const callers = keys.map(
      (key) => [key.sha256, { principal: principalOf(key), policy: key.policy }] as const,
    );
    this.#callers = new Map(callers);
    this.#principals = new Map(callers.map(([, caller]) => [caller.principal, caller]));
    this.#sha256 = sha256;
  }

  recall(principal: string): Caller | undefined {
    return this.#principals.get(principal);
  }

  authenticate(head: RequestHead): Proof {
    const key = keyOf(head);
    if (key === undefined) return head.header('authorization') === undefined ? NO_PROOF : UNKNOWN;
    if (key.length === 0 || key.length > MAX_KEY_LENGTH) return UNKNOWN;
    return this.#callers.get(this.#sha256(key)) ?? UNKNOWN;
  }

  challenge(): string {
    return 'Bearer';
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
