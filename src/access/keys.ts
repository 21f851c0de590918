/**
 * API keys: known by their SHA-256 only, sent as `Authorization: Bearer …` or `X-API-Key: …`.
 *
 * Guarantees: what is no key, is unknown, revoked or has run out is answered alike; a source is only asked for what has
 * the form of a key that was made for it; a revoked key opens nothing, also where it is configured.
 *
 * Source: RFC 6750 section 2.1 (the bearer scheme); keys in a query are not taken (section 5.3).
 */
import type { RequestHead } from '../engine/ports.ts';
import { isFormattedKey } from './key-format.ts';
import { type ApiKey, type Entry, KeyIndex } from './key-index.ts';
import type { SourceKey, SourceKeys } from './key-source.ts';
import {
  type Authenticator,
  type Caller,
  NO_PROOF,
  openDoor,
  type Proof,
  type Refused,
} from './principal.ts';

export type { ApiKey } from './key-index.ts';

/** Hashes text to lower-case hex. */
export type Sha256 = (text: string) => string;

/** When a key is asked for: `from-first` as soon as a source has one, and from then on. */
export type KeyRequired = boolean | 'from-first';

export interface KeyRingPorts {
  readonly sha256: Sha256;
  /** Milliseconds since the epoch, by a clock that does not go back. */
  readonly now: () => number;
  /** Keys that come and go; default none. */
  readonly source?: SourceKeys | undefined;
  /** Which of those open this site; default all. */
  readonly opens?: (key: SourceKey) => boolean;
  /** Default true. */
  readonly isRequired?: KeyRequired;
}

/** No key is longer; more is not worth hashing. */
const MAX_KEY_LENGTH = 512;

const UNKNOWN = refused('the key is unknown');
const EXPIRED = refused('the key is expired');
const UNACCOMPANIED = refused('the certificate that goes with the key was not shown');
const REVOKED = refused('the key is revoked');
const MISTYPED = refused('the key is unknown: its checksum is wrong, or it is none of ours');

export class KeyRing implements Authenticator {
  readonly #own: KeyIndex<ApiKey>;
  readonly #ports: KeyRingPorts;

  /** @param keys those that are configured */
  constructor(keys: readonly ApiKey[], ports: KeyRingPorts) {
    this.#own = new KeyIndex(keys);
    this.#ports = ports;
  }

  get isRequired(): boolean {
    const { isRequired = true, source } = this.#ports;
    return isRequired === 'from-first' ? source?.isInUse === true : isRequired;
  }

  get isOne(): boolean {
    return !this.isRequired || (this.#own.size === 1 && this.#ports.source?.isInUse !== true);
  }

  authenticate(head: RequestHead): Proof {
    if (!this.isRequired) return openDoor.authenticate();
    const key = keyOf(head);
    if (key === undefined) return head.header('authorization') === undefined ? NO_PROOF : UNKNOWN;
    if (key.length === 0 || key.length > MAX_KEY_LENGTH) return UNKNOWN;
    const hash = this.#ports.sha256(key);
    // Before the source is asked: most of what scanners try is none of ours.
    const isOurs = this.#ports.source !== undefined && isFormattedKey(key);
    const kept = isOurs ? this.#ports.source?.index.find(hash) : undefined;
    if (kept) return this.#ofSource(kept) ?? this.#ofOwn(hash, head) ?? UNKNOWN;
    return this.#ofOwn(hash, head) ?? (isOurs || !key.startsWith('slc_') ? UNKNOWN : MISTYPED);
  }

  recall(principal: string): Caller | undefined {
    if (!this.isRequired) return openDoor.recall(principal);
    const { source, opens, now } = this.#ports;
    const kept = source?.index.recall(principal);
    if (kept && (opens?.(kept.key) ?? true)) {
      return kept.key.isRevoked || isOver(kept.key, now()) ? undefined : kept.caller;
    }
    const own = this.#own.recall(principal);
    if (!own || isOver(own.key, now())) return undefined;
    return source?.index.find(own.key.sha256)?.key.isRevoked ? undefined : own.caller;
  }

  challenge(): string {
    return 'Bearer';
  }

  /** Undefined: it is for other sites. */
  #ofSource({ key, caller }: Entry<SourceKey>): Proof | undefined {
    const { source, opens, now } = this.#ports;
    if (key.isRevoked) return REVOKED;
    if (opens && !opens(key)) return undefined;
    if (isOver(key, now())) return EXPIRED;
    source?.source.used?.(key);
    return caller;
  }

  #ofOwn(hash: string, { certificate }: RequestHead): Proof | undefined {
    const own = this.#own.find(hash);
    if (!own) return undefined;
    if (own.key.certificate !== undefined && own.key.certificate !== certificate) return UNACCOMPANIED;
    return isOver(own.key, this.#ports.now()) ? EXPIRED : own.caller;
  }

  /** The next time after `now` at which a key that is configured runs out; `Infinity` where none does. */
  nextExpiry(now: number): number {
    return this.#own.nextExpiry(now);
  }
}

function refused(fact: string): Refused {
  return { isRefused: true, error: 'invalid_token', fact };
}

function isOver({ expires }: ApiKey, now: number): boolean {
  return expires !== undefined && now >= expires;
}

/** A bearer token first; another scheme of `Authorization` is somebody else's business. */
function keyOf(head: RequestHead): string | undefined {
  const bearer = /^bearer +(\S+)$/i.exec(head.header('authorization') ?? '')?.[1];
  return bearer ?? head.header('x-api-key');
}
