/** What the `auth` of an entry means, and what is wrong with it. */
import type { z } from 'zod';
import type { auth } from './schema-auth.ts';
import { isManaged } from './managed-headers.ts';

type Written = z.output<typeof auth>;

interface TokenAuth {
  readonly tokenUrl?: string | undefined;
  readonly issuer?: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly clientAuth?: 'basic' | 'post' | undefined;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  readonly resource?: string | undefined;
}

export type AuthConfig =
  | ({ readonly type: 'client_credentials' | 'token_exchange' } & TokenAuth)
  | {
      readonly type: 'per_principal';
      readonly header?: string | undefined;
      readonly scheme?: string | undefined;
      readonly secrets: Readonly<Record<string, string>>;
    };

/** What is wrong, and at which member; its value is not told. */
export interface AuthFault {
  readonly member: readonly string[];
  readonly message: string;
}

const OF_TOKENS = [
  'tokenUrl',
  'issuer',
  'clientId',
  'clientSecret',
  'clientAuth',
  'scope',
  'resource',
] as const;
const OF_PRINCIPALS = ['header', 'scheme', 'secrets'] as const;

/** @param headers names of those that the entry sets itself, in lower case */
export function authOf(written: Written, headers: ReadonlySet<string>): AuthConfig | AuthFault {
  const { type, audience } = written;
  const strange = (type === 'per_principal' ? [...OF_TOKENS, 'audience' as const] : OF_PRINCIPALS).find(
    (member) => written[member] !== undefined,
  );
  if (strange !== undefined) return fault(strange, `has no meaning where the type is "${type}"; remove it`);
  const header = (written.header ?? 'authorization').toLowerCase();
  if (isManaged(header) || header === 'host')
    return fault('header', 'is set by the gateway itself; name another');
  if (headers.has(header))
    return fault('type', `sets the header "${header}"; remove it from headers and url`);
  if (type === 'per_principal') return perPrincipal(written);
  if (type === 'client_credentials' && audience !== undefined)
    return fault('audience', 'has no meaning where the type is "client_credentials"; remove it');
  return tokens(type, written);
}

function perPrincipal({ header, scheme, secrets }: Written): AuthConfig | AuthFault {
  if (secrets === undefined) return fault('secrets', 'is missing; give each caller its secret');
  return { type: 'per_principal', header, scheme, secrets };
}

function tokens(type: 'client_credentials' | 'token_exchange', written: Written): AuthConfig | AuthFault {
  const { tokenUrl, issuer, clientId, clientSecret, clientAuth, scope, audience, resource } = written;
  if ((tokenUrl === undefined) === (issuer === undefined))
    return fault('tokenUrl', 'or issuer must say where tokens are given: one of the two');
  for (const [member, url] of [['tokenUrl', tokenUrl] as const, ['issuer', issuer] as const]) {
    if (url !== undefined && !isAddress(url))
      return fault(member, 'must be an address like "https://login.example.com/token", without a user');
  }
  if (resource !== undefined && !URL.canParse(resource)) return fault('resource', 'must be an address');
  if (clientId === undefined) return fault('clientId', 'is missing');
  if (clientSecret === undefined) return fault('clientSecret', 'is missing');
  return { type, tokenUrl, issuer, clientId, clientSecret, clientAuth, scope, audience, resource };
}

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

function fault(member: string, message: string): AuthFault {
  return { member: [member], message };
}

/** Every secret in it. */
export function secretsOfAuth(config: AuthConfig): readonly string[] {
  return config.type === 'per_principal' ? Object.values(config.secrets) : [config.clientSecret];
}
