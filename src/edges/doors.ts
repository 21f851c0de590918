/** Who is let in at the gateway itself and at its projects, from the keys that are configured and those that come and go. */
import type { ApiKey } from '../access/key-index.ts';
import { type KeySource, type SourceKey, SourceKeys } from '../access/key-source.ts';
import { type KeyRequired, KeyRing, type KeyRingPorts, type Sha256 } from '../access/keys.ts';
import { type Authenticator, closedDoor, eitherOf, openDoor, within } from '../access/principal.ts';
import type { RateRule } from '../access/rate-rules.ts';
import type { Caps } from '../engine/ports-held.ts';
import type { Policy } from '../engine/ports-policy.ts';

export interface NamedKey {
  /** Who has it; shown in logs. */
  readonly name: string;
  /** Plain, or as `sha256:<hex>`. */
  readonly key: string;
  /** SHA-256 of the certificate of a client with which alone it is good, in hex; needs TLS that asks for one. */
  readonly certificate?: string | undefined;
  /** From when on it opens nothing, in ms since the epoch (as `Date.now()` counts); default: never. */
  readonly expires?: number | undefined;
  /** How much its holder may do within a time, in place of what others may; default: as they. */
  readonly limits?: RateRule | undefined;
  /** What its holder may have at once, in place of what others may; default: as they. */
  readonly holds?: Caps | undefined;
  /** What its holder may use; default: all there is. */
  readonly policy?: Policy | undefined;
}

/** Plain, as `sha256:<hex>`, or with a name. */
export type Keys = readonly (string | NamedKey)[];

export interface DoorOptions {
  readonly apiKeys?: Keys;
  readonly keys?: KeySource | undefined;
  readonly keyRequired?: KeyRequired | undefined;
  readonly projects?: Readonly<Record<string, { readonly apiKeys?: Keys }>>;
  /** Lets in who shows a token, wherever keys of the gateway do; default: tokens are not taken. */
  readonly tokens?: Authenticator | undefined;
}

export interface DoorPorts {
  readonly sha256: Sha256;
  readonly now: () => number;
}

/** Plain keys are hashed at once, and not kept. */
export class Doors {
  /** Undefined where no key is asked for. */
  readonly #common: readonly ApiKey[] | undefined;
  readonly #source: SourceKeys | undefined;
  readonly #isRequired: KeyRequired;
  readonly #tokens: Authenticator | undefined;
  readonly #ports: DoorPorts;
  readonly #rings: KeyRing[] = [];

  /** @throws Error for keys that open two sites, and for lists without any */
  constructor({ apiKeys, keys, keyRequired, projects = {}, tokens }: DoorOptions, ports: DoorPorts) {
    const lists = [apiKeys ?? [], ...Object.values(projects).map((rules) => rules.apiKeys ?? [])];
    refuseCommonKeys(lists, ports.sha256);
    this.#ports = ports;
    this.#source = keys && new SourceKeys(keys);
    this.#tokens = tokens;
    // Who need not show a key must show a token where there are any.
    this.#isRequired = tokens ? true : (keyRequired ?? true);
    this.#common = apiKeys && hashed(apiKeys, ports.sha256);
  }

  /** @param isBare whether there is nothing behind it for anybody without a key */
  root(isBare: boolean): Authenticator {
    if (!this.#common && !this.#source) return this.#tokens ?? (isBare ? closedDoor : openDoor);
    return this.#orTokens(
      this.#ring(this.#common ?? [], ({ projects = [] }) => projects.length === 0, isBare),
    );
  }

  /** @param own its own keys; without, those of the gateway open it, too */
  ofProject(name: string, own: Keys | undefined): Authenticator {
    const isNamed = ({ projects = [] }: SourceKey) => projects.includes(name);
    if (own) return within(name, this.#ring(hashed(own, this.#ports.sha256), isNamed, true));
    if (!this.#common && !this.#source) return within(name, this.#tokens ?? openDoor);
    const isFit = (key: SourceKey) => (key.projects ?? []).length === 0 || isNamed(key);
    return within(name, this.#orTokens(this.#ring(this.#common ?? [], isFit, false)));
  }

  /** The next time after `now` at which a key runs out; `Infinity` where none does. */
  nextExpiry(now: number): number {
    const own = this.#rings.map((ring) => ring.nextExpiry(now));
    return Math.min(this.#source?.index.nextExpiry(now) ?? Infinity, ...own);
  }

  /** Keys first: they are told at once, and no issuer is asked about them. */
  #orTokens(ring: KeyRing): Authenticator {
    return this.#tokens ? eitherOf([ring, this.#tokens]) : ring;
  }

  #ring(keys: readonly ApiKey[], opens: KeyRingPorts['opens'], isAlways: boolean): KeyRing {
    const isRequired = isAlways || this.#isRequired;
    const ring = new KeyRing(keys, {
      ...this.#ports,
      isRequired,
      source: this.#source,
      ...(opens ? { opens } : {}),
    });
    this.#rings.push(ring);
    return ring;
  }
}

/** @throws Error for an empty list, which may have come out so by mistake and must not open the door */
function hashed(keys: Keys, sha256: Sha256): ApiKey[] {
  if (keys.length === 0) throw new Error('`apiKeys` is empty: name a key, or leave it out to ask for none.');
  return keys.map((entry, index) => {
    const named: Omit<NamedKey, 'key'> = typeof entry === 'string' ? { name: `key-${index + 1}` } : entry;
    const { name, policy, limits, holds, expires } = named;
    const certificate = named.certificate?.replaceAll(':', '').toLowerCase();
    return { name, policy, limits, holds, expires, certificate, sha256: hashOf(entry, sha256) };
  });
}

/** @throws Error when one key stands in two lists: it could not be told where its callers belong */
function refuseCommonKeys(lists: readonly Keys[], sha256: Sha256): void {
  const holders = new Map<string, Keys>();
  for (const keys of lists) {
    for (const key of keys) {
      const hash = hashOf(key, sha256);
      if ((holders.get(hash) ?? keys) !== keys) {
        throw new Error(
          'One of the `apiKeys` opens two projects, or one and the gateway; give each its own.',
        );
      }
      holders.set(hash, keys);
    }
  }
}

function hashOf(entry: Keys[number], sha256: Sha256): string {
  const key = typeof entry === 'string' ? entry : entry.key;
  return key.startsWith('sha256:') ? key.slice(7).toLowerCase() : sha256(key);
}
