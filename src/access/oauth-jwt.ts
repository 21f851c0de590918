/**
 * JWTs: whose they say they are, and whether that is so. Keys come from their issuer alone: what a token names in its
 * head (`jku`, `x5u`, `jwk`, `x5c`) is not looked at, and `kid` is only compared.
 *
 * Source: RFC 8725; RFC 9068 section 4.
 */
import { BadToken, type ClaimRules, type Claims, readClaims } from './oauth-claims.ts';
import { Unavailable } from './oauth-fetch.ts';
import type { Issuer } from './oauth-issuer.ts';
import type { Algorithm } from './oauth-options.ts';

/** Three parts of base64url (RFC 7515 section 3.1). An unsigned one has an empty third. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/;

export function isJwt(token: string): boolean {
  return COMPACT.test(token);
}

/** Access tokens, and what those are called whose issuer does not tell kinds apart. */
const TYPES: ReadonlySet<string> = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt']);

export interface JwtRules extends ClaimRules {
  readonly algorithms: readonly Algorithm[];
}

/** @throws BadToken, Unavailable */
export async function proveJwt(
  token: string,
  issuers: ReadonlyMap<string, Issuer>,
  rules: JwtRules,
): Promise<{ readonly issuer: string; readonly claims: Claims }> {
  const { jwtVerify, decodeJwt } = await import('jose');
  const issuer = issuers.get(issuerIn(token, decodeJwt));
  if (!issuer) throw new BadToken('the token is of an issuer that is not listed');
  let proven: Awaited<ReturnType<typeof jwtVerify>>;
  try {
    proven = await jwtVerify(token, issuer.keyFor, {
      algorithms: [...rules.algorithms],
      issuer: issuer.id,
      currentDate: new Date(rules.now),
      clockTolerance: rules.skewMs / 1_000,
    });
  } catch (error) {
    if (error instanceof Unavailable) throw error;
    throw new BadToken(`the token cannot be verified (${codeOf(error)})`);
  }
  const { typ = 'JWT' } = proven.protectedHeader;
  if (!TYPES.has(typ.toLowerCase())) throw new BadToken('the token is no access token (typ)');
  return { issuer: issuer.id, claims: readClaims(proven.payload, rules) };
}

/** What it says, which nothing has proven yet: it only tells whose key to try. */
function issuerIn(token: string, decode: (token: string) => { iss?: unknown }): string {
  try {
    const { iss } = decode(token);
    return typeof iss === 'string' ? iss : '';
  } catch {
    throw new BadToken('the token is malformed');
  }
}

/** Stable words of jose; never its messages, which may hold what a token says. */
function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
