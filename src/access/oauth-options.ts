/** What is configured of authorization servers whose tokens are believed, and its bounds. */
import type { Policy } from '../engine/ports-policy.ts';

/** Signatures whose key need not be secret here. `none` and those with a shared secret are never taken. */
export const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
] as const;

export type Algorithm = (typeof ALGORITHMS)[number];

/** An end-point that knows opaque tokens (RFC 7662), and who we are there. */
export interface IntrospectionOptions {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long an answer is believed, in ms; default 10,000. A token that is revoked is good for so long. */
  readonly cacheMs?: number;
}

export interface OAuthOptions {
  /** The issuer whose tokens are believed, exactly as it calls itself, like `https://auth.example.com`. */
  readonly issuer?: string;
  /** The same for several; give one of the two. */
  readonly issuers?: readonly string[];
  /** Scopes that every token must have; default none. */
  readonly scopes?: readonly string[];
  /**
   * What a token may be meant for beside the URL of the endpoint it is shown at: for issuers that know no resource
   * indicators (RFC 8707). A token for one of these opens every endpoint. Default none.
   */
  readonly audience?: string | readonly string[];
  /** Where the keys of the issuer are; default: where its metadata says. */
  readonly jwksUri?: string;
  /** Signatures that are taken; default: all of `ALGORITHMS`. */
  readonly algorithms?: readonly Algorithm[];
  /** How far the clocks of issuers may be ahead of ours, in ms; default 30,000, at most 300,000. */
  readonly clockSkewMs?: number;
  /** Asked about tokens that are no JWTs; it speaks for the first issuer. Default: such tokens are refused. */
  readonly introspection?: IntrospectionOptions;
  /** The claim that says who calls; default `sub`. */
  readonly principalClaim?: string;
  /**
   * What callers may use, by scope: the first of these that a token has counts, and one with none of them is refused.
   * Default: all there is.
   */
  readonly policies?: Readonly<Record<string, Policy>>;
  /** Scopes that a call needs beside `scopes`, by patterns of `server/tool`. */
  readonly toolScopes?: Readonly<Record<string, readonly string[]>>;
}

/** Every cap and wait, with why. */
export interface OAuthLimits {
  /** Characters of a token: many groups fit in, and servers of all kinds take no longer headers. */
  readonly tokenLength: number;
  /** Tokens whose proof is remembered. */
  readonly tokens: number;
  /** Tokens whose refusal is remembered for a moment. */
  readonly refusals: number;
  /** Callers whose latest token is remembered. */
  readonly subjects: number;
  /** Tokens that are looked at or asked about at once; one more is refused for now. */
  readonly lookups: number;
  /** How long a verified signature is believed, so that a key that is withdrawn means something. */
  readonly verifiedMs: number;
  /** How old keys may be before they are asked for again. */
  readonly keysMs: number;
  /** The same while they cannot be had. */
  readonly staleMs: number;
  /** How long after a try for keys the next one is made, whatever tokens name. */
  readonly coolDownMs: number;
}

export const OAUTH_LIMITS: OAuthLimits = {
  tokenLength: 8_192,
  tokens: 10_000,
  refusals: 1_000,
  subjects: 10_000,
  lookups: 256,
  verifiedMs: 600_000,
  keysMs: 600_000,
  staleMs: 3_600_000,
  coolDownMs: 30_000,
};

export const DEFAULT_SKEW_MS = 30_000;
const MOST_SKEW_MS = 300_000;
export const DEFAULT_INTROSPECTION_MS = 10_000;

export function issuersOf({ issuer, issuers = [] }: OAuthOptions): readonly string[] {
  return issuer === undefined ? issuers : [issuer];
}

/** Whether an address is of this machine, and no name that could be another's. */
export function isLoopbackUrl(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether secrets and keys may travel to an address: encrypted, or within this machine. */
export function isSafeUrl(url: unknown): url is string {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, username, password, hash } = new URL(url);
  if (username !== '' || password !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackUrl(url));
}

/** What is wrong with the options, as the end of a sentence that begins with `oauth`; undefined when nothing is. */
export function oauthFault(options: OAuthOptions): string | undefined {
  const issuers = issuersOf(options);
  if (options.issuer !== undefined && options.issuers !== undefined)
    return 'has `issuer` and `issuers`; give one of the two';
  if (issuers.length === 0) return 'must name an `issuer`, like "https://auth.example.com"';
  const bad = issuers.find((issuer) => !isSafeUrl(issuer) || new URL(issuer).search !== '');
  if (bad !== undefined)
    return `names an issuer that is none: an issuer is an https address without a query (http on this machine only)`;
  if (new Set(issuers).size < issuers.length) return 'names an issuer twice';
  if (options.jwksUri !== undefined && issuers.length > 1)
    return 'has `jwksUri` for several issuers; leave it out, so that each tells its own';
  for (const [name, url] of [
    ['jwksUri', options.jwksUri],
    ['introspection.url', options.introspection?.url],
  ] as const)
    if (url !== undefined && !isSafeUrl(url))
      return `has a \`${name}\` that is no https address (http on this machine only)`;
  const { clockSkewMs = DEFAULT_SKEW_MS, algorithms = ALGORITHMS } = options;
  if (!(clockSkewMs >= 0 && clockSkewMs <= MOST_SKEW_MS)) return 'must have a clock skew of 0 to 5 minutes';
  if (algorithms.length === 0 || algorithms.some((each) => !ALGORITHMS.includes(each)))
    return `may take the algorithms ${ALGORITHMS.join(', ')} only`;
  const pattern = Object.keys(options.toolScopes ?? {}).find((each) => !/^[^/]+\/[^]/.test(each));
  if (pattern !== undefined)
    return `has \`toolScopes\` for ${JSON.stringify(pattern)}; name server and tool, like "files/write_*"`;
  const scopes = [
    ...(options.scopes ?? []),
    ...Object.keys(options.policies ?? {}),
    ...Object.values(options.toolScopes ?? {}).flat(),
  ];
  const wrong = scopes.find((scope) => !SCOPE.test(scope));
  return wrong === undefined ? undefined : `names ${JSON.stringify(wrong)}, which is no scope`;
}

/** RFC 6749 section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;
