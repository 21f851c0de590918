/** Credentials of servers, on Node: tokens are asked for through the guard that checks addresses. */
import type { Credentials } from '../../upstreams/credentials.ts';
import { type TokenOptions, tokensOf } from '../credentials.ts';
import { egress } from './egress.ts';
import { nodeRuntime } from './runtime.ts';

const PORTS = { runtime: nodeRuntime, egress: (options: Parameters<typeof egress>[0]) => egress(options) };

/** Tokens of the gateway's own (RFC 6749 section 4.4). @throws TypeError with one sentence for options that do not fit */
export function clientCredentials(options: TokenOptions): Credentials {
  return tokensOf(options, false, PORTS);
}

/** Tokens for what each caller shows (RFC 8693). @throws TypeError with one sentence for options that do not fit */
export function tokenExchange(options: TokenOptions): Credentials {
  return tokensOf(options, true, PORTS);
}

export { perPrincipal } from '../credentials.ts';
