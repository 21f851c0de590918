/** The front door with tokens that an issuer is asked about, which answers when the test says so. */
import { createHash } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { compose, type GatewayOptions } from '../../../src/edges/compose.ts';
import { bytesOf, FakeDriver, FakeResponder, FakeRuntime, turn } from '../engine/support.ts';
import { FakeRequest, type Held, JSON_POST } from './support.ts';

type OAuth = NonNullable<GatewayOptions['oauth']>;

export const OAUTH: OAuth = {
  issuer: 'https://auth.example',
  audience: 'all',
  introspection: { url: 'https://auth.example/introspect', clientId: 'c', clientSecret: 'long-secret' },
};

const JWKS = 'https://auth.example/jwks';

/** What a token is shown with. */
export const shown = (token: string) => ({ authorization: `Bearer ${token}` });

/** Look-ups take promises that are not ours: several turns. */
export async function turns(): Promise<void> {
  for (let each = 0; each < 20; each++) await turn();
}

/** @param claims what is said of every token but those that begin with `bad` */
export function tokenFront(options: Partial<GatewayOptions> = {}, claims: object = {}) {
  const runtime = new FakeRuntime();
  // Tokens go by the time of day.
  runtime.advance(Date.now() - runtime.now());
  const driver = new FakeDriver();
  driver.answersCalls = true;
  const exp = Math.floor(Date.now() / 1_000) + 300;
  const issuer = { waits: Promise.resolve(), exp, keys: [] as JWK[], asked: 0 };
  const fetch = async (url: string, { body = '' }: { body?: unknown } = {}) => {
    await issuer.waits;
    issuer.asked++;
    if (url === JWKS) return Response.json({ keys: issuer.keys });
    if (url !== OAUTH.introspection?.url) return Response.json({ issuer: OAUTH.issuer, jwks_uri: JWKS });
    if (String(body).includes('token=bad')) return Response.json({ active: false });
    return Response.json({ active: true, sub: 'ann', aud: 'all', exp: issuer.exp, ...claims });
  };
  const composed = compose(
    { servers: { srv: driver }, oauth: OAUTH, ...options },
    {
      runtime,
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      egress: () => fetch,
    },
  );
  const request = (method: string, url: string, token?: string, asked: Asked = {}) =>
    new FakeRequest(
      method,
      url,
      {
        host: 'localhost:8808',
        ...(method === 'POST' ? JSON_POST : { accept: 'text/event-stream' }),
        ...(token === undefined ? {} : shown(token)),
      },
      asked.held?.body ?? Promise.resolve(bytesOf(asked.body ?? '')),
      asked.peer,
    );
  const begin = (method: string, url: string, token?: string, asked: Asked = {}): FakeResponder => {
    const responder = new FakeResponder();
    composed.front.handle(request(method, url, token, asked), responder);
    return responder;
  };
  const ask = async (method: string, url: string, token?: string, asked: Asked = {}) => {
    const responder = begin(method, url, token, asked);
    await turns();
    return responder;
  };
  return { ...composed, runtime, driver, issuer, request, begin, ask };
}

interface Asked {
  readonly body?: unknown;
  readonly held?: Held;
  readonly peer?: string;
}

/** Signs tokens for everybody; its key counts once the issuer has it. */
export async function signer() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  let made = 0;
  const token = (sub: string) =>
    new SignJWT({ iss: 'https://auth.example', sub, aud: 'all', jti: String(++made) })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1', typ: 'at+jwt' })
      .setExpirationTime('5m')
      .sign(privateKey);
  return { jwk: { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }, token };
}
