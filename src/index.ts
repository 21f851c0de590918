/**
 * Sluice as a library, on any runtime with the web's interfaces: servers in, a fetch-style handler out.
 * On Node use `sluice/node`, which adds a Node handler and servers over stdio.
 */
import { compose, type GatewayOptions } from './edges/compose.ts';
import { fetchHandler, type FetchHandler } from './edges/fetch.ts';
import { type Join, joinOf } from './edges/join.ts';
import { webRuntime, webSha256 } from './edges/web-runtime.ts';

export interface FetchGateway {
  /** Answers a request. Never rejects; a stream goes on after the response is returned. */
  readonly fetch: FetchHandler;
  /** Takes its place among the gateways with which it shares a `backplane`: to be waited for before it serves. */
  readonly join: Join;
  /** Takes no new sessions, lets calls in flight finish, then ends every stream and server. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** @throws Error when the options contradict each other */
export function createGateway(options: GatewayOptions): FetchGateway {
  const composed = compose(options, { runtime: webRuntime, sha256: webSha256 });
  const { gateway, front } = composed;
  return {
    fetch: fetchHandler(front, options.basePath),
    join: joinOf(composed),
    drain: () => gateway.drain(),
    close: () => gateway.close(),
  };
}

export { inprocess } from './upstreams/inprocess.ts';
export { webRuntime } from './edges/web-runtime.ts';
export { clientCredentials, perPrincipal, tokenExchange } from './edges/web-credentials.ts';
export type { SecretOptions, TokenOptions } from './edges/credentials.ts';
export type { Credentials } from './upstreams/credentials.ts';
export { sse, streamable, type WebNetworkOptions, type WebStreamableOptions } from './edges/web-network.ts';
export type { KeySource, SourceKey } from './access/key-source.ts';
export type { GatewayOptions } from './edges/compose.ts';
export type { OverloadOptions } from './edges/overload.ts';
export type { Offer } from './engine/catalog/view.ts';
export type { MergeRules } from './engine/merge/merge.ts';
export type { ProjectOptions, ServerSetup } from './edges/setups.ts';
export type { FetchHandler } from './edges/fetch.ts';
export type { Join } from './edges/join.ts';
export type * from './engine/ports.ts';
export type * from './engine/ports-backplane.ts';
export type * from './engine/ports-degraded.ts';
export type * from './engine/ports-observer.ts';
export type * from './engine/ports-policy.ts';
export type * from './engine/ports-shape.ts';
export type * from './engine/ports-sight.ts';
export { UpstreamError } from './engine/ports.ts';
export type { Settings } from './engine/settings.ts';
