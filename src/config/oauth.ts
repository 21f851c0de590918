/** Tokens, from the file and the environment. */
import { type OAuthOptions, oauthFault } from '../access/oauth-options.ts';
import { isAnyHostAllowed } from '../access/origins.ts';
import { isLoopback } from './exposure.ts';
import type { Environment } from './interpolate.ts';
import type { Problem } from './problems.ts';
import { oauth as schema } from './schema-oauth.ts';
import type { Config, OAuthSettings, Source } from './types.ts';

const list = (text: string) => text.split(/[\s,]+/).filter((item) => item !== '');

/** What the environment can say of it, by the path beneath `oauth`. */
const VARIABLES: readonly (readonly [path: string, variable: string, read: (text: string) => unknown])[] = [
  ['issuer', 'OAUTH_ISSUER', (text) => text],
  ['scopes', 'OAUTH_SCOPES', list],
  ['audience', 'OAUTH_AUDIENCE', list],
  ['jwksUri', 'OAUTH_JWKS_URI', (text) => text],
  ['introspection.url', 'OAUTH_INTROSPECTION_URL', (text) => text],
  ['introspection.clientId', 'OAUTH_CLIENT_ID', (text) => text],
  ['introspection.clientSecret', 'OAUTH_CLIENT_SECRET', (text) => text],
];

/**
 * The settings with the environment laid over; undefined where nobody wrote of tokens.
 * @param sources where the values of the file stand; what is laid over is written into it
 */
export function readOauth(
  fromFile: OAuthSettings | undefined,
  env: Environment,
  sources: Map<string, Source>,
  problems: Problem[],
): OAuthSettings | undefined {
  const given: Record<string, unknown> = { ...fromFile };
  for (const [path, variable, read] of VARIABLES) {
    const text = Object.hasOwn(env, variable) ? env[variable]?.trim() : undefined;
    if (text === undefined || text === '') continue;
    const [first = '', second] = path.split('.');
    if (first === 'issuer') delete given['issuers'];
    const holder = given[first] as Record<string, unknown> | undefined;
    given[first] = second === undefined ? read(text) : { ...holder, [second]: read(text) };
    sources.set(`oauth.${path}`, { kind: 'environment', where: variable });
  }
  if (Object.keys(given).length === 0) return undefined;
  const where = sources.get('oauth.issuer')?.where ?? sources.get('oauth')?.where ?? '';
  const complain = (message: string) => void problems.push({ where, path: 'oauth', message });
  const checked = schema.safeParse(given);
  if (!checked.success) {
    const [issue] = checked.error.issues;
    complain(`oauth.${(issue?.path ?? []).join('.')} cannot be used: ${issue?.message ?? ''}.`);
    return undefined;
  }
  const fault = oauthFault(optionsOf(checked.data));
  if (fault !== undefined) complain(`oauth ${fault}.`);
  return checked.data;
}

/** Tokens are meant for the URL that is called: a caller that chooses its host could show those of others. */
export function checkHosts(
  { oauth, publicUrl, allowedHosts, host }: Named,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): void {
  if (!oauth || publicUrl !== undefined || !isAnyHostAllowed(allowedHosts, isLoopback(host))) return;
  const source = ['allowedHosts', 'oauth', 'oauth.issuer'].map((path) => sources.get(path)).find(Boolean);
  const message =
    'oauth needs publicUrl, or allowedHosts with names, where clients may call any host: tokens are meant for the URL that is called.';
  problems.push({ where: source?.where ?? '', path: 'publicUrl', message });
}

interface Named extends Pick<Config, 'allowedHosts' | 'host'> {
  readonly publicUrl?: string | undefined;
  readonly oauth?: OAuthSettings | undefined;
}

/** The same as the gateway takes it. */
export function optionsOf(settings: OAuthSettings): OAuthOptions {
  const { issuer, issuers, jwksUri, introspection, clockSkew, policies, ...rest } = settings;
  return {
    ...rest,
    clockSkewMs: clockSkew,
    ...(Object.keys(policies).length === 0 ? {} : { policies }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(issuers === undefined ? {} : { issuers }),
    ...(jwksUri === undefined ? {} : { jwksUri }),
    ...(introspection ? { introspection: introspectionOf(introspection) } : {}),
  };
}

function introspectionOf({ cache, ...rest }: NonNullable<OAuthSettings['introspection']>) {
  return { ...rest, cacheMs: cache };
}
