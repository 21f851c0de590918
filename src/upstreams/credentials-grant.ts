/**
 * How the gateway is given a token by an authorization server: in its own name, or for what a caller showed.
 *
 * Guarantees: the secret of the client and the caller's token go to the token endpoint and nowhere else; that endpoint is
 * where the operator wrote it, or where the metadata of the issuer says, as far as the guard of requests lets it.
 *
 * Source: RFC 6749 section 4.4 (client credentials), RFC 8693 (token exchange), RFC 8414 (metadata), RFC 8707
 * (resource).
 */
import type * as oauthTypes from 'oauth4webapi';
import { type Grant, type Token, TokenRefused } from './credentials-tokens.ts';

export interface GrantOptions {
  /** Where tokens are given; one of the two. */
  readonly tokenUrl?: string | undefined;
  /** Whose metadata says where tokens are given. */
  readonly issuer?: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How the client proves itself; default `basic`. */
  readonly clientAuth?: 'basic' | 'post' | undefined;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  readonly resource?: string | undefined;
}

/** A guarded `fetch`: follows no redirects, and is bounded in bytes and time. */
export type GrantFetch = (
  url: string,
  request: {
    readonly method?: string;
    readonly headers?: Headers | Record<string, string>;
    readonly body?: URLSearchParams | string | null | undefined;
    readonly signal?: AbortSignal;
  },
) => Promise<Response>;

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

type Library = typeof oauthTypes;
type Server = oauthTypes.AuthorizationServer;

/** Tokens are asked for with these options. Loads what it needs with the first of them. */
export function grantOf(options: GrantOptions, fetch: GrantFetch): Grant {
  let found: Promise<Server> | undefined;
  return async (subject) => {
    const oauth = await import('oauth4webapi');
    found ??= serverOf(oauth, options, fetch);
    try {
      return await tokenFrom(oauth, await found, options, fetch, subject);
    } catch (error) {
      if (error instanceof oauth.ResponseBodyError) throw new TokenRefused(told(error.error));
      // RFC 6749 section 5.2: a challenge says that the client is not believed.
      if (error instanceof oauth.WWWAuthenticateChallengeError) throw new TokenRefused('invalid_client');
      // Where it is may have changed, or was never found out.
      found = undefined;
      throw error;
    }
  };
}

async function serverOf(
  oauth: Library,
  { tokenUrl, issuer = '' }: GrantOptions,
  fetch: GrantFetch,
): Promise<Server> {
  if (tokenUrl !== undefined) return { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const at = new URL(issuer);
  const read = async (algorithm: 'oauth2' | 'oidc') => {
    const answer = await oauth.discoveryRequest(at, { algorithm, ...requestWith(oauth, fetch) });
    return oauth.processDiscoveryResponse(at, answer);
  };
  // Some have the one, some the other; most have both.
  return read('oauth2').catch(() => read('oidc'));
}

async function tokenFrom(
  oauth: Library,
  server: Server,
  { clientId, clientSecret, clientAuth, scope, audience, resource }: GrantOptions,
  fetch: GrantFetch,
  subject: string | undefined,
): Promise<Token> {
  const client = { client_id: clientId };
  const auth =
    clientAuth === 'post' ? oauth.ClientSecretPost(clientSecret) : oauth.ClientSecretBasic(clientSecret);
  const wanted = given({ scope, audience, resource });
  const request = requestWith(oauth, fetch);
  if (subject === undefined) {
    const answer = await oauth.clientCredentialsGrantRequest(server, client, auth, wanted, request);
    return read(await oauth.processClientCredentialsResponse(server, client, answer));
  }
  const exchanged = { ...wanted, subject_token: subject, subject_token_type: ACCESS_TOKEN };
  const answer = await oauth.genericTokenEndpointRequest(server, client, auth, EXCHANGE, exchanged, request);
  return read(await oauth.processGenericTokenEndpointResponse(server, client, answer));
}

/** The guard decides what may be asked without https. */
function requestWith(oauth: Library, fetch: GrantFetch) {
  return {
    [oauth.allowInsecureRequests]: true,
    [oauth.customFetch]: (url: string, { method, headers, body, signal }: Parameters<GrantFetch>[1]) =>
      fetch(url, {
        ...given({ method, headers, signal }),
        // A token endpoint is no place for more than a form.
        body: body ?? null,
      }),
  };
}

function read({ access_token, expires_in }: { access_token: string; expires_in?: number }): Token {
  if (!TOKEN.test(access_token)) throw new TypeError('The token cannot be sent in a header.');
  return { token: access_token, lifeMs: expires_in === undefined ? undefined : expires_in * 1_000 };
}

/** RFC 6750 section 2.1, and not endless. */
const TOKEN = /^[A-Za-z0-9\-._~+/]{1,16384}=*$/;

/** A word of the authorization server's, as far as it may be told. */
function told(code: string): string {
  return /^[a-z_]{1,60}$/.test(code) ? code : 'an unknown error';
}

/** Without what is not there. */
function given<T extends object>(all: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
