/**
 * A resource server of OAuth 2.1: callers who show a token of an issuer that is believed.
 *
 * Guarantees: a token is good only when its issuer is listed, it is signed with a key of that issuer by a listed
 * algorithm (or active there), it has not run out, it is meant for this very endpoint, and it has the scopes that are
 * asked for. What cannot be told now is refused, and said to be a matter of time. No token is logged or told.
 *
 * Source: RFC 6750; RFC 8707; RFC 9068; RFC 9728 section 5.1; MCP 2026-07-28, authorization.
 */
import type { RequestHead, Subject } from '../engine/ports.ts';
import type { Policy } from '../engine/ports-policy.ts';
import type { Sha256 } from './keys.ts';
import { BadToken, canonical, type Claims, type ClaimRules } from './oauth-claims.ts';
import { type FetchPort, Unavailable } from './oauth-fetch.ts';
import { introspect } from './oauth-introspection.ts';
import { Issuer } from './oauth-issuer.ts';
import { isJwt, proveJwt } from './oauth-jwt.ts';
import {
  ALGORITHMS,
  DEFAULT_INTROSPECTION_MS,
  DEFAULT_SKEW_MS,
  issuersOf,
  OAUTH_LIMITS,
  type OAuthLimits,
  type OAuthOptions,
} from './oauth-options.ts';
import { type BaseOf, isMeantFor, metadataUrl } from './oauth-resource.ts';
import { type Outcome, Outcomes, type Proven, Subjects } from './oauth-tokens.ts';
import {
  type Authenticator,
  type Caller,
  NO_PROOF,
  type Place,
  type Proof,
  type Refused,
} from './principal.ts';

export interface OAuthPorts {
  readonly sha256: Sha256;
  readonly fetch: FetchPort;
  /** The clock that issuers go by, in ms since the epoch. */
  readonly now: () => number;
  /** One that is never set, for how long something is remembered. Default: the same. */
  readonly steady?: () => number;
  readonly baseOf: BaseOf;
  readonly limits?: Partial<OAuthLimits>;
}

/** Of what begins otherwise than nearly all do. */
const BEARER = /^bearer +(\S.*)$/i;
const TOKEN = /^[A-Za-z0-9\-._~+/]+=*$/;
/** Keys of the gateway are nobody else's business: no issuer is asked about them. */
const OWN_KEY = /^slc_/;

const invalid = (fact: string): Refused => ({ isRefused: true, error: 'invalid_token', fact });

const MALFORMED = invalid('the token is malformed');
const TOO_LONG = invalid('the token is too long');
const NOT_OURS = invalid('the token is meant for another endpoint');
const NOT_LOOKED_AT = unavailable('too many wrong proofs came from its address');
const RUN_OUT = invalid('the token has run out');

export class OAuthDoor implements Authenticator {
  readonly isRequired = true;
  readonly #options: OAuthOptions;
  readonly #ports: OAuthPorts;
  readonly #steady: () => number;
  readonly #limits: OAuthLimits;
  readonly #issuers: ReadonlyMap<string, Issuer>;
  readonly #everywhere: ReadonlySet<string>;
  readonly #policies: readonly (readonly [scope: string, policy: Policy])[];
  readonly #outcomes: Outcomes;
  /** Apart, so that no stranger pushes out what callers have proven. */
  readonly #refusals: Outcomes;
  readonly #subjects: Subjects;
  /** What is being looked at, by hash. */
  readonly #pending = new Map<string, Promise<Outcome>>();

  constructor(options: OAuthOptions, ports: OAuthPorts) {
    const limits = { ...OAUTH_LIMITS, ...ports.limits };
    const { fetch, now } = ports;
    this.#steady = ports.steady ?? now;
    this.#options = options;
    this.#ports = ports;
    this.#limits = limits;
    this.#issuers = new Map(
      issuersOf(options).map((id) => [
        id,
        new Issuer(id, options.jwksUri, { fetch, now: this.#steady, limits }),
      ]),
    );
    const { audience = [], policies = {} } = options;
    this.#everywhere = new Set((typeof audience === 'string' ? [audience] : audience).map(canonical));
    this.#policies = Object.entries(policies);
    this.#outcomes = new Outcomes(limits.tokens);
    this.#refusals = new Outcomes(limits.refusals);
    this.#subjects = new Subjects(limits.subjects);
  }

  authenticate(head: RequestHead, at: Place): Proof | Promise<Proof> {
    const header = head.header('authorization');
    if (header === undefined) return NO_PROOF;
    if (header.length > this.#limits.tokenLength + BEARER_LENGTH) return TOO_LONG;
    const token = tokenIn(header);
    if (token === undefined) return /^bearer\b/i.test(header) ? MALFORMED : NO_PROOF;
    const hash = this.#ports.sha256(token);
    const now = this.#steady();
    // A good one that runs out of the memory is no guess.
    if (!mayLookUp(token, at) && !this.#outcomes.has(hash)) return NOT_LOOKED_AT;
    const known = this.#outcomes.get(hash, now) ?? this.#refusals.get(hash, now);
    if (known) return this.#admit(known, token, head, at);
    // Only now: what is known was looked at before.
    if (!TOKEN.test(token)) return MALFORMED;
    if (!isJwt(token) && (!this.#options.introspection || OWN_KEY.test(token))) return MALFORMED;
    return this.#lookUp(token, hash).then((outcome) => this.#admit(outcome, token, head, at));
  }

  /** Another token of the same caller may come with another policy. */
  recall(principal: string): 'varies' | undefined {
    for (const id of this.#issuers.keys())
      if (principal.endsWith(`@${encodeURIComponent(id)}`)) return 'varies';
    return undefined;
  }

  shown(key: string, token: string): Subject {
    const subject = this.#subjects.of(key);
    subject.token = token;
    return subject;
  }

  challenge(head: RequestHead, at: Place, { error, scope }: Refused): string {
    const told = error === 'invalid_token' || error === 'insufficient_scope' ? error : undefined;
    const scopes = scope ?? this.#leastScopes.join(' ');
    const parts = [
      ...(told ? [`error="${told}"`, `error_description="${DESCRIPTIONS[told]}"`] : []),
      ...(scopes === '' ? [] : [`scope="${scopes}"`]),
      `resource_metadata="${metadataUrl(this.#ports.baseOf(head), head, at)}"`,
    ];
    return `Bearer ${parts.join(', ')}`;
  }

  /** Whether a token that is good is good here and now. */
  #admit(outcome: Outcome, token: string, head: RequestHead, at: Place): Proof {
    if ('isRefused' in outcome) return outcome;
    const { caller, audiences, refused, subject } = outcome;
    if ((caller.until ?? 0) <= this.#ports.now()) return RUN_OUT;
    const isMeant =
      isMeantFor(audiences, this.#ports.baseOf(head), at.prefix) ||
      (this.#everywhere.size > 0 && audiences.some((each) => this.#everywhere.has(each)));
    // Before its scopes: what a token of elsewhere lacks is nobody's business.
    if (!isMeant) return NOT_OURS;
    if (refused) return refused;
    subject.token = token;
    return caller;
  }

  #lookUp(token: string, hash: string): Promise<Outcome> {
    const pending = this.#pending.get(hash);
    if (pending) return pending;
    if (this.#pending.size >= this.#limits.lookups)
      return Promise.resolve(unavailable('too many tokens are looked at at once'));
    const outcome = this.#prove(token, hash).finally(() => this.#pending.delete(hash));
    this.#pending.set(hash, outcome);
    return outcome;
  }

  async #prove(token: string, hash: string): Promise<Outcome> {
    try {
      const { issuer, claims, ms } = await this.#claimsOf(token);
      const proven = this.#proven(issuer, claims);
      const left = claims.until - this.#ports.now();
      this.#outcomes.set(hash, proven, this.#steady() + Math.min(left, ms));
      return proven;
    } catch (error) {
      const refused = refusalFor(error);
      // A token that was issued a moment ago, or with a new key, must not be refused for long.
      this.#refusals.set(hash, refused, this.#steady() + REFUSED_MS);
      return refused;
    }
  }

  async #claimsOf(token: string): Promise<{ issuer: string; claims: Claims; ms: number }> {
    const { introspection, algorithms = ALGORITHMS } = this.#options;
    if (isJwt(token)) {
      const proven = await proveJwt(token, this.#issuers, { ...this.#rules(), algorithms });
      return { ...proven, ms: this.#limits.verifiedMs };
    }
    const [issuer = ''] = this.#issuers.keys();
    if (!introspection) throw new BadToken('the token is malformed');
    const { fetch } = this.#ports;
    const claims = await introspect(token, issuer, introspection, fetch, () => this.#rules());
    return { issuer, claims, ms: introspection.cacheMs ?? DEFAULT_INTROSPECTION_MS };
  }

  #rules(): ClaimRules {
    const { clockSkewMs = DEFAULT_SKEW_MS, principalClaim = 'sub' } = this.#options;
    return { now: this.#ports.now(), skewMs: clockSkewMs, principalClaim };
  }

  #proven(issuer: string, { subject, client, until, audiences, scopes }: Claims): Proven {
    // Each part is encoded, so that no two pairs make the same text, and no key's name does.
    const principal = `${encodeURIComponent(subject)}@${encodeURIComponent(issuer)}`;
    const policy = this.#policies.find(([scope]) => scopes.has(scope))?.[1];
    const lacks = (this.#options.scopes ?? []).some((scope) => !scopes.has(scope));
    const latest = this.#subjects.of(
      this.#ports.sha256(JSON.stringify([principal, client, [...audiences].sort()])),
    );
    const caller: Caller = { principal, policy, until, scopes, subject: latest };
    const isRefused = lacks || (this.#policies.length > 0 && policy === undefined);
    return {
      caller,
      audiences,
      subject: latest,
      refused: isRefused
        ? {
            isRefused: true,
            error: 'insufficient_scope',
            scope: this.#leastScopes.join(' '),
            fact: `the token of ${principal} lacks a scope`,
          }
        : undefined,
    };
  }

  /** The fewest scopes that open anything: the last policy is taken for the narrowest. */
  get #leastScopes(): readonly string[] {
    const { scopes = [] } = this.#options;
    const last = this.#policies.at(-1)?.[0];
    return last === undefined || scopes.includes(last) ? scopes : [...scopes, last];
  }
}

function tokenIn(header: string): string | undefined {
  const isUsual = header.startsWith('Bearer ') && header.length > 7 && !header.startsWith(' ', 7);
  return isUsual ? header.slice(7) : BEARER.exec(header)?.[1];
}

/** One that is signed asks for nothing of its own, but for keys that prove all others, too. */
function mayLookUp(token: string, { mayLookUp: may = true }: Place): boolean {
  return may === 'keys' ? isJwt(token) : may;
}

/** `Bearer` and the white space behind it. */
const BEARER_LENGTH = 16;
/** How long a refused token stays refused without being looked at again. */
const REFUSED_MS = 1_000;

function refusalFor(error: unknown): Refused {
  if (error instanceof BadToken) return invalid(error.message);
  return unavailable(error instanceof Unavailable ? error.message : 'the check of the token failed');
}

const DESCRIPTIONS = {
  invalid_token: 'The token is not good here: it has run out, or is not meant for this endpoint.',
  insufficient_scope: 'The token lacks a scope.',
} as const;

/** It may well be good, so its client must not throw it away: not a matter of 401 (RFC 9110 section 15.6.4). */
function unavailable(fact: string): Refused {
  return { isRefused: true, error: 'unavailable', fact };
}
