/** A door for tokens with a played clock, and an issuer that answers from memory. */
import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { OAuthDoor } from '../../../src/access/oauth.ts';
import type { FetchPort } from '../../../src/access/oauth-fetch.ts';
import type { OAuthLimits, OAuthOptions } from '../../../src/access/oauth-options.ts';
import type { Caller, Place, Proof } from '../../../src/access/principal.ts';
import type { RequestHead } from '../../../src/engine/ports.ts';

export const ISSUER = 'https://auth.example';
export const AUD = 'https://mcp.example/mcp';
export const AT: Place = { prefix: '', leg: 'mcp' };

export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

export function head(authorization?: string, path = '/mcp'): RequestHead {
  return {
    method: 'POST',
    path,
    query: '',
    header: (name) => (name === 'authorization' ? authorization : undefined),
  };
}

type Answer = (body: string) => Response | Promise<Response>;

export interface OAuthWorld {
  now: number;
  /** By how much the machine is set ahead of a clock that is never set. */
  ahead: number;
  readonly door: OAuthDoor;
  /** What is answered, by URL; what is not here fails as a network does. */
  readonly answers: Map<string, Answer>;
  readonly asked: string[];
  token(claims?: Record<string, unknown>, kid?: string): Promise<string>;
  /** What the door says of a token at the root. */
  ask(token: string, at?: Place): Promise<Proof>;
}

export const json =
  (value: unknown, status = 200): Answer =>
  () =>
    Response.json(value, { status });

/** The keys of the issuer, for every world of a file: making them takes long. */
const pair = generateKeyPair('ES256', { extractable: true });

export async function playOAuth(
  options: OAuthOptions = {},
  limits: Partial<OAuthLimits> = {},
): Promise<OAuthWorld> {
  const { privateKey, publicKey } = await pair;
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
  const answers = new Map<string, Answer>([
    [
      `${ISSUER}/.well-known/oauth-authorization-server`,
      json({ issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` }),
    ],
    [`${ISSUER}/jwks`, json({ keys: [jwk] })],
  ]);
  const asked: string[] = [];
  const fetch: FetchPort = async (url, { body = '' } = {}) => {
    asked.push(url);
    const answer = answers.get(url);
    if (!answer) throw new Error('no route to it');
    return answer(body);
  };
  const baseOf = () => 'https://mcp.example';
  const world: OAuthWorld = {
    now: 1_800_000_000_000,
    ahead: 0,
    answers,
    asked,
    door: new OAuthDoor(
      { issuer: ISSUER, ...options },
      { sha256, fetch, now: () => world.now + world.ahead, steady: () => world.now, baseOf, limits },
    ),
    token: (claims = {}, kid = 'k1') => {
      const iat = Math.floor(world.now / 1_000);
      const payload = { iss: ISSUER, sub: 'ann', aud: AUD, iat, exp: iat + 300, ...claims };
      return new SignJWT(payload as JWTPayload).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
    },
    ask: async (token, at = AT) => await world.door.authenticate(head(`Bearer ${token}`), at),
  };
  return world;
}

/** @throws Error where nobody was let in */
export function callerIn(proof: Proof): Caller {
  if ('isRefused' in proof) throw new Error(`refused: ${proof.fact}`);
  return proof;
}

/** The error of a refusal; `let in` where it is none. */
export function errorIn(proof: Proof): string | undefined {
  return 'isRefused' in proof ? proof.error : 'let in';
}
