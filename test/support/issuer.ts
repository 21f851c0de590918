/**
 * An authorization server on 127.0.0.1 that says whatever a test wants: metadata, keys, introspection. For the whole
 * dance with a real one see `oidc.ts`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterFile } from './endings.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface Signing {
  readonly header?: Record<string, unknown>;
  /** The key that signs; default: that of the issuer. */
  readonly key?: CryptoKey | Uint8Array;
}

export interface TestIssuer {
  /** What it calls itself, unless its metadata is told otherwise. */
  readonly url: string;
  readonly key: CryptoKey;
  readonly publicKey: CryptoKey;
  /** What it answers, by path; what is not here is 404. May be changed. */
  readonly answers: Map<string, Answer>;
  /** The paths that were asked for, in order. */
  readonly asked: string[];
  /** A token good for five minutes, unless its claims say otherwise; `undefined` leaves one out. */
  token(claims: Record<string, unknown>, signing?: Signing): Promise<string>;
}

const stops: (() => void)[] = [];
afterFile(() => {
  for (const stop of stops.splice(0)) stop();
});

export async function startIssuer(kid = 'k1'): Promise<TestIssuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const asked: string[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const answer = answers.get(path);
      if (answer) answer(request, response, body);
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  answers.set('/.well-known/oauth-authorization-server', says({ issuer: url, jwks_uri: `${url}/jwks` }));
  answers.set(
    '/jwks',
    says({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' } satisfies JWK] }),
  );
  return {
    url,
    key: privateKey,
    publicKey,
    answers,
    asked,
    token: (claims, { header = {}, key = privateKey } = {}) => {
      const now = Math.floor(Date.now() / 1_000);
      const payload = { iss: url, sub: 'ann', iat: now, exp: now + 300, scope: 'mcp', ...claims };
      return new SignJWT(payload as JWTPayload)
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header })
        .sign(key);
    },
  };
}

/** Answers with this as JSON. */
export function says(value: unknown): Answer {
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
}
