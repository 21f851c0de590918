/** Sluice as a library on Node: everything of the root entry, with a Node handler and servers over stdio. */
import { compose, type GatewayOptions } from './edges/compose.ts';
import { fetchHandler } from './edges/fetch.ts';
import type { ConnectionLimits } from './edges/node/connections.ts';
import { egress } from './edges/node/egress.ts';
import { joinOf } from './edges/join.ts';
import { listen, nodeHandler, type Listening, type NodeHandler } from './edges/node/http.ts';
import { memoryShare } from './edges/node/memory-share.ts';
import { originOf } from './edges/node/node-url.ts';
import { nodeRuntime, sha256 } from './edges/node/runtime.ts';
import type { TlsFiles } from './edges/node/tls.ts';
import { TlsIdentity } from './edges/node/tls-identity.ts';
import { WebSockets, type NodeUpgradeHandler } from './edges/node/websockets.ts';
import type { FetchGateway } from './index.ts';

export interface NodeGatewayOptions extends GatewayOptions {
  /** How many sockets `listen` has at once; one more is answered 503, or 429 where it is its address that has too many. */
  readonly connections?: ConnectionLimits;
}

export interface NodeGateway extends FetchGateway {
  /** For `http.createServer`, Express, Connect, and Fastify's `request.raw` and `reply.raw`. */
  readonly node: NodeHandler;
  /**
   * For `server.on('upgrade', …)` of the `http.Server` beneath: WebSockets at `/ws`. `listen` needs none. It answers
   * every handshake it is given: where others take some, too, hand it those under the gateway's path only.
   */
  readonly upgrade: NodeUpgradeHandler;
  /**
   * Serves on an address of its own; `port` 0 takes a free one. Rejects with the error of `listen`. Where it shares a
   * `backplane` and did not `join` the others yet, it does, as the node at that address.
   * @param tls files of a certificate: then https and wss are served, and nothing in the clear
   */
  listen(port?: number, host?: string, tls?: TlsFiles): Promise<Listening>;
}

/** @throws Error when the options contradict each other */
export function createGateway(options: NodeGatewayOptions): NodeGateway {
  const composed = compose(options, {
    runtime: nodeRuntime,
    watchesClock: true,
    sha256,
    egress,
    memoryShare,
  });
  const { gateway, front } = composed;
  const join = joinOf(composed);
  const node = nodeHandler(front);
  const { connections } = options;
  const sockets = new WebSockets(front);
  return {
    node,
    upgrade: sockets.upgrade,
    fetch: fetchHandler(front, options.basePath),
    join,
    listen: async (port = 8808, host = '127.0.0.1', tls) => {
      const identity = tls && (await TlsIdentity.of(tls));
      for (const warning of identity?.material.warnings ?? []) process.emitWarning(warning);
      const silentMs = front.stallMs;
      const place = { host, port, headersMs: 10_000, identity, connections, silentMs };
      const at = (taken: number) => originOf({ host, tls: tls !== undefined }, taken);
      // Nobody is served before, where its address can be told before.
      if (port !== 0) await join(at(port));
      const listening = await listen(node, place, sockets);
      await join(at(listening.port)).catch(async (error: unknown) => {
        listening.server.closeAllConnections();
        await listening.close();
        throw error;
      });
      return listening;
    },
    drain: () => gateway.drain().finally(() => sockets.cutSoon()),
    close: () => gateway.close().finally(() => sockets.cutSoon()),
  };
}

export { auditTrail } from './edges/node/audit-config.ts';
export type { AuditOptions, AuditStatus, AuditTrail } from './edges/node/audit.ts';
export { type KeyStoreOptions, keptKeys as keyStore } from './edges/node/kept-keys.ts';
export { nodeRuntime } from './edges/node/runtime.ts';
export { inprocess } from './upstreams/inprocess.ts';
export { stdio, type NodeStdioOptions } from './edges/node/stdio.ts';
export {
  sse,
  streamable,
  type NodeNetworkOptions,
  type NodeStreamableOptions,
} from './edges/node/network.ts';
export { clientCredentials, perPrincipal, tokenExchange } from './edges/node/credentials.ts';
export type { SecretOptions, TokenOptions } from './edges/credentials.ts';
export type { Credentials } from './upstreams/credentials.ts';
export { websocket, type NodeWebSocketOptions } from './edges/node/websocket.ts';
export type { KeySource, SourceKey } from './access/key-source.ts';
export type { GatewayOptions } from './edges/compose.ts';
export type { OverloadOptions } from './edges/overload.ts';
export type { ConnectionLimits } from './edges/node/connections.ts';
export type { ProjectOptions, ServerSetup } from './edges/setups.ts';
export type { Listening, NodeHandler } from './edges/node/http.ts';
export type { TlsFiles } from './edges/node/tls.ts';
export type { NodeUpgradeHandler } from './edges/node/websockets.ts';
export type * from './engine/ports.ts';
export type * from './engine/ports-backplane.ts';
export type * from './engine/ports-degraded.ts';
export type * from './engine/ports-observer.ts';
export type * from './engine/ports-policy.ts';
export type * from './engine/ports-shape.ts';
export type * from './engine/ports-sight.ts';
export { UpstreamError } from './engine/ports.ts';
export type { Settings } from './engine/settings.ts';
