/**
 * What a token says, checked: the claims of a JWT whose signature was verified, and what an introspection answers.
 *
 * Source: RFC 7519 section 4.1; RFC 9068 section 2.2 and 4; RFC 7662 section 2.2.
 */

/** A token is not good, whatever it is shown for. */
export class BadToken extends Error {
  /** @param fact what the log is told: what is wrong, never what it says */
  constructor(fact: string) {
    super(fact);
    this.name = 'BadToken';
  }
}

export interface ClaimRules {
  /** In ms since the epoch. */
  readonly now: number;
  /** How far the clock of the issuer may be ahead of ours, in ms. */
  readonly skewMs: number;
  readonly principalClaim: string;
}

/** What a good token says. */
export interface Claims {
  readonly subject: string;
  readonly client: string;
  /** When it runs out, in ms since the epoch. */
  readonly until: number;
  readonly audiences: readonly string[];
  readonly scopes: ReadonlySet<string>;
}

/** More names of audiences or scopes are nobody's. */
const MOST_NAMES = 256;
/** OpenID Connect Core section 2: a subject has 255 characters at most. */
const MOST_CHARACTERS = 255;

/** @throws BadToken */
export function readClaims(payload: Readonly<Record<string, unknown>>, rules: ClaimRules): Claims {
  const { now, skewMs, principalClaim } = rules;
  const exp = instant(payload['exp'], 'exp');
  if (exp === undefined) throw new BadToken('the token does not say when it runs out');
  // Not a moment longer: what is open ends then, too. A clock of ours that is ahead only means an earlier refresh.
  if (exp <= now) throw new BadToken('the token has run out');
  if ((instant(payload['nbf'], 'nbf') ?? 0) > now + skewMs)
    throw new BadToken('the token is not good yet (nbf)');
  if ((instant(payload['iat'], 'iat') ?? 0) > now + skewMs)
    throw new BadToken('the token is of the future (iat)');
  // It is good only together with a proof of possession, which nobody asks for here (RFC 7800, RFC 9449 section 7).
  if (payload['cnf'] !== undefined && payload['cnf'] !== null)
    throw new BadToken('the token is bound to a key of its client');
  return {
    subject: nameIn(payload, principalClaim),
    client: typeof payload['client_id'] === 'string' ? payload['client_id'] : textOf(payload['azp']),
    until: exp,
    audiences: audiencesOf(payload['aud']),
    scopes: scopesOf(payload['scope'] ?? payload['scp']),
  };
}

function instant(value: unknown, claim: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0)
    throw new BadToken(`the token has an \`${claim}\` that is no time`);
  return value * 1_000;
}

function nameIn(payload: Readonly<Record<string, unknown>>, claim: string): string {
  const name = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (typeof name !== 'string' || name === '' || name.length > MOST_CHARACTERS || !name.isWellFormed())
    throw new BadToken(`the token does not say who calls (${claim})`);
  return name;
}

function audiencesOf(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length > MOST_NAMES) throw new BadToken('the token is meant for too many');
  return list.filter((each) => typeof each === 'string').map(canonical);
}

/** Scheme and host in lower case (MCP, "Canonical Server URI"); nothing else is taken for the same. */
export function canonical(audience: string): string {
  const [, head, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(.*)$/is.exec(audience) ?? [];
  return head === undefined ? audience : head.toLowerCase() + rest;
}

/** One text (RFC 6749), or a list, as some issuers have it. */
function scopesOf(value: unknown): Set<string> {
  const list: unknown[] = Array.isArray(value) ? value : textOf(value).split(' ', MOST_NAMES + 1);
  if (list.length > MOST_NAMES) throw new BadToken('the token has too many scopes');
  return new Set(list.filter((each) => typeof each === 'string' && each !== '') as string[]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
