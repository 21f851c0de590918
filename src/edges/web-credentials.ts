/** Credentials of servers on runtimes with the web's own `fetch`. */
import type { Credentials } from '../upstreams/credentials.ts';
import { type TokenOptions, tokensOf } from './credentials.ts';
import { webEgress } from './web-egress.ts';
import { webRuntime } from './web-runtime.ts';

const PORTS = { runtime: webRuntime, egress: webEgress };

/** Tokens of the gateway's own (RFC 6749 section 4.4). @throws TypeError with one sentence for options that do not fit */
export function clientCredentials(options: TokenOptions): Credentials {
  return tokensOf(options, false, PORTS);
}

/** Tokens for what each caller shows (RFC 8693). @throws TypeError with one sentence for options that do not fit */
export function tokenExchange(options: TokenOptions): Credentials {
  return tokensOf(options, true, PORTS);
}

export { perPrincipal } from './credentials.ts';
