/**
 * A real authorization server (`oidc-provider`) on 127.0.0.1, with everything a client of MCP needs: discovery, dynamic
 * registration, PKCE, resource indicators, refresh tokens. Nobody has to look at a page: who is sent to it is logged in
 * and agrees at once.
 *
 *   const oidc = await startOidc({ tokenSeconds: 60 });
 *   createGateway({ oauth: { issuer: oidc.issuer, scopes: ['mcp'] }, … });
 *   const code = await oidc.approve(authorizationUrl);
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterFile } from './endings.ts';

export interface OidcOptions {
  /** How long access tokens are good. May be changed by the function it is. */
  readonly tokenSeconds?: () => number;
  /** What tokens look like; default JWTs. */
  readonly format?: 'jwt' | 'opaque';
  /** Scopes that clients may have; default `mcp` and `offline_access`. */
  readonly scopes?: readonly string[];
}

export interface Oidc {
  readonly issuer: string;
  /** What a resource server that introspects shows. */
  readonly introspection: { readonly url: string; readonly clientId: string; readonly clientSecret: string };
  /** The resources that tokens were asked for. */
  readonly resources: ReadonlySet<string>;
  /** Requests by path. */
  readonly asked: readonly string[];
  /** Goes where a browser would, and resolves with the parameters it brings back to the client. */
  approve(authorizationUrl: URL): Promise<URLSearchParams>;
}

interface Interaction {
  readonly prompt: { readonly name: string; readonly details: Record<string, unknown> };
  readonly params: { readonly client_id: string };
  readonly grantId?: string;
}

/** Where users are sent back to. Nobody listens there. */
export const REDIRECT = 'http://127.0.0.1:1/callback';
/** A client that need not register, and may so ask for any scope. */
export const KNOWN_CLIENT = 'known';
const RESOURCE_SERVER = { client_id: 'gateway', client_secret: 'planted-secret-of-the-gateway' };
const stops: (() => void)[] = [];
afterFile(() => {
  for (const stop of stops.splice(0)) stop();
});

export async function startOidc(options: OidcOptions = {}): Promise<Oidc> {
  const { tokenSeconds = () => 300, format = 'jwt', scopes = ['mcp', 'offline_access'] } = options;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const resources = new Set<string>();
  const asked: string[] = [];
  const provider = new Provider(issuer, {
    scopes: ['openid', ...scopes],
    clients: [
      {
        ...RESOURCE_SERVER,
        token_endpoint_auth_method: 'client_secret_basic',
        redirect_uris: [],
        response_types: [],
        grant_types: [],
      },
      {
        client_id: KNOWN_CLIENT,
        redirect_uris: [REDIRECT],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    clientDefaults: { token_endpoint_auth_method: 'none' },
    cookies: { keys: ['a-key-of-the-tests'] },
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    ttl: {
      AccessToken: () => tokenSeconds(),
      Grant: 3_600,
      Interaction: 600,
      Session: 3_600,
      RefreshToken: 3_600,
    },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => {
          resources.add(resource);
          return {
            scope: scopes.join(' '),
            audience: resource,
            accessTokenTTL: tokenSeconds(),
            accessTokenFormat: format,
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  });
  const callback = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url?.split('?')[0] ?? '');
    if (request.url?.startsWith('/interaction/')) void agree(provider, request, response, scopes);
    else callback(request, response);
  });
  return {
    issuer,
    introspection: {
      url: `${issuer}/token/introspection`,
      clientId: RESOURCE_SERVER.client_id,
      clientSecret: RESOURCE_SERVER.client_secret,
    },
    resources,
    asked,
    approve: (url) => browse(url, issuer),
  };
}

/** Logs in, or agrees to all that was asked for. */
async function agree(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
  scopes: readonly string[],
): Promise<void> {
  const { prompt, params, grantId } = (await provider.interactionDetails(request, response)) as Interaction;
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'ann' } });
    return;
  }
  const grant =
    (grantId === undefined ? undefined : await provider.Grant.find(grantId)) ??
    new provider.Grant({ accountId: 'ann', clientId: params.client_id });
  const { missingOIDCScope, missingResourceScopes = {} } = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, missing] of Object.entries(missingResourceScopes))
    grant.addResourceScope(resource, missing.filter((scope) => scopes.includes(scope)).join(' '));
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const MOST_HOPS = 10;

/** Follows redirects with cookies until they leave the server. */
async function browse(url: URL, issuer: string): Promise<URLSearchParams> {
  const cookies = new Map<string, string>();
  let at = url;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    if (location === null)
      throw new Error(`No way on from ${at.href}: ${response.status} ${await response.text()}`);
    await response.body?.cancel();
    at = new URL(location, at);
    if (at.origin !== issuer) return at.searchParams;
  }
  throw new Error('The authorization server redirects without end.');
}
