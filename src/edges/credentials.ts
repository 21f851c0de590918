/** Credentials of servers, from what an entry or the library says of them. */
import type { Runtime } from '../engine/ports.ts';
import type { Observer } from '../engine/ports-observer.ts';
import type { Credentials } from '../upstreams/credentials.ts';
import { type GrantOptions, grantOf } from '../upstreams/credentials-grant.ts';
import { perPrincipal as secretsOf, type PerPrincipalOptions } from '../upstreams/credentials-principal.ts';
import { TokenCredentials } from '../upstreams/credentials-tokens.ts';
import { Refusals } from '../upstreams/reports.ts';
import type { Egress, EgressOptions } from './egress.ts';

interface Named {
  /** The server's name, for people. */
  readonly name: string;
  /** Told why no token could be had; default: nobody. */
  readonly observer?: Observer;
}

export type TokenOptions = GrantOptions & Named & { readonly runtime?: Runtime };
export type SecretOptions = PerPrincipalOptions & Named;

/** What a runtime lends. */
export interface CredentialPorts {
  readonly runtime: Runtime;
  readonly egress: (options: EgressOptions) => Egress;
}

/**
 * Tokens for the gateway itself, or for what its callers show.
 * @throws TypeError with one sentence when the options are not what they must be
 */
export function tokensOf(options: TokenOptions, isExchanged: boolean, ports: CredentialPorts): Credentials {
  checkTokens(options);
  const { name, observer = {}, runtime = ports.runtime, tokenUrl, issuer = '' } = options;
  const refusals = new Refusals(name, observer, () => runtime.now());
  const fetch = ports.egress({ trusted: [tokenUrl ?? issuer] });
  return new TokenCredentials({
    name,
    isExchanged,
    runtime,
    grant: grantOf(options, fetch),
    failed: (message) => refusals.report('no_token', message),
  });
}

/** A secret for each principal. @throws TypeError with one sentence, as above */
export function perPrincipal(options: SecretOptions): Credentials {
  const { name, secrets } = checkNamed(options, 'perPrincipal');
  if (typeof secrets !== 'object' || secrets === null) {
    throw new TypeError(
      `The \`secrets\` of the server "${String(name)}" must be an object with a text for each caller.`,
    );
  }
  return secretsOf(options.name, options);
}

function checkTokens(options: TokenOptions): void {
  const { name, tokenUrl, issuer, clientId, clientSecret } = checkNamed(options, 'the credentials');
  const what = `The credentials of the server "${String(name)}"`;
  if ((tokenUrl === undefined) === (issuer === undefined))
    throw new TypeError(`${what} need a \`tokenUrl\` or an \`issuer\`: one of the two.`);
  const url = tokenUrl ?? issuer;
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new TypeError(`${what} need an address, like "https://login.example.com".`);
  if (typeof clientId !== 'string' || typeof clientSecret !== 'string')
    throw new TypeError(`${what} need a \`clientId\` and a \`clientSecret\`.`);
}

function checkNamed(options: unknown, who: string): Record<string, unknown> {
  const all = (options ?? {}) as Record<string, unknown>;
  if (typeof all['name'] === 'string' && all['name'] !== '') return all;
  throw new TypeError(
    `${who === 'perPrincipal' ? 'perPrincipal()' : 'Credentials'} need the \`name\` of the server.`,
  );
}
