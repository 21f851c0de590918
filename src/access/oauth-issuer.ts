/**
 * An authorization server: where its keys are, and the key that a token names.
 *
 * Guarantees: metadata counts only if it says it is of this very issuer; keys are asked for once however many wait, and
 * no sooner again than the cool-down allows, whatever tokens name; keys that were had are used on while new ones cannot
 * be had, for a bounded time.
 *
 * Source: RFC 8414 sections 3.1 and 3.3; OpenID Connect Discovery 1.0 section 4; MCP 2026-07-28, authorization server
 * discovery.
 */
import type { CompactJWSHeaderParameters, CryptoKey, FlattenedJWSInput } from 'jose';
import { fetchObject, type FetchPort, Unavailable } from './oauth-fetch.ts';
import { isLoopbackUrl, isSafeUrl, type OAuthLimits } from './oauth-options.ts';

type Keys = (header: CompactJWSHeaderParameters, token: FlattenedJWSInput) => Promise<CryptoKey>;

export interface IssuerPorts {
  readonly fetch: FetchPort;
  /** In ms, by a clock that is never set. */
  readonly now: () => number;
  readonly limits: OAuthLimits;
}

/** More are no key set, but an attempt to be searched. */
const MOST_KEYS = 200;

export class Issuer {
  readonly id: string;
  readonly #jwksUri: string | undefined;
  readonly #ports: IssuerPorts;
  #keys: Keys | undefined;
  #hadAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  /** Where the keys were had from. */
  #found: string | undefined;
  #pending: Promise<void> | undefined;
  #waiting = 0;

  /** @param jwksUri default: where its metadata says */
  constructor(id: string, jwksUri: string | undefined, ports: IssuerPorts) {
    this.id = id;
    this.#jwksUri = jwksUri;
    this.#ports = ports;
  }

  /**
   * The key that a token names.
   * @throws Unavailable while keys cannot be had; else what jose throws where there is no such key
   */
  readonly keyFor: Keys = async (header, token) => {
    const keys = await this.#current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!isNoMatch(error) || !this.#mayTry()) throw error;
      await this.#renewed();
      return (this.#keys ?? keys)(header, token);
    }
  };

  async #current(): Promise<Keys> {
    const { keysMs, staleMs } = this.#ports.limits;
    const age = this.#ports.now() - this.#hadAt;
    if (this.#keys && age < keysMs) return this.#keys;
    const isUsable = this.#keys !== undefined && age < staleMs;
    // Waited for, as a key that was taken out must prove nothing any more.
    if (this.#mayTry()) await this.#renewed().catch((error: unknown) => this.#unless(isUsable, error));
    else if (!isUsable) throw new Unavailable(`the keys of ${this.id} cannot be had`);
    return this.#keys as Keys;
  }

  #unless(isUsable: boolean, error: unknown): void {
    if (!isUsable) throw error;
  }

  #mayTry(): boolean {
    return this.#pending !== undefined || this.#ports.now() - this.#triedAt >= this.#ports.limits.coolDownMs;
  }

  async #renewed(): Promise<void> {
    if (this.#waiting >= this.#ports.limits.lookups)
      throw new Unavailable(`too many wait for the keys of ${this.id}`);
    this.#waiting++;
    try {
      this.#pending ??= this.#renew().finally(() => (this.#pending = undefined));
      await this.#pending;
    } finally {
      this.#waiting--;
    }
  }

  async #renew(): Promise<void> {
    this.#triedAt = this.#ports.now();
    const uri = this.#jwksUri ?? this.#found ?? (await this.#discover());
    // Found anew where it is of no use any more.
    this.#found = undefined;
    const set = await fetchObject(uri, this.#ports.fetch);
    const { createLocalJWKSet } = await import('jose');
    const { keys } = set;
    if (!Array.isArray(keys) || keys.length > MOST_KEYS)
      throw new Unavailable(`${this.id} has no proper set of keys`);
    try {
      // What it holds is checked by jose, which throws where it is no set of keys.
      this.#keys = createLocalJWKSet({ keys });
    } catch {
      throw new Unavailable(`${this.id} has no proper set of keys`);
    }
    this.#hadAt = this.#ports.now();
    this.#found = uri;
  }

  async #discover(): Promise<string> {
    let last: unknown;
    for (const url of metadataUrls(this.id)) {
      try {
        return jwksUriIn(await fetchObject(url, this.#ports.fetch), this.id);
      } catch (error) {
        last = error;
      }
    }
    throw last instanceof Unavailable ? last : new Unavailable(`${this.id} has no metadata`);
  }
}

/** In the order in which clients are to try them. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const urls = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ];
  return [...new Set(urls)];
}

function jwksUriIn(metadata: Record<string, unknown>, issuer: string): string {
  if (metadata['issuer'] !== issuer)
    throw new Unavailable(`the metadata of ${issuer} says that it is another's`);
  const uri = metadata['jwks_uri'];
  if (!isSafeUrl(uri) || (isLoopbackUrl(uri) && !isLoopbackUrl(issuer)))
    throw new Unavailable(`the metadata of ${issuer} names no proper place for its keys`);
  return uri;
}

function isNoMatch(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === 'ERR_JWKS_NO_MATCHING_KEY';
}
