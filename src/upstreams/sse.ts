/**
 * MCP servers over HTTP+SSE.
 *
 * Guarantees: messages go where the server's first `endpoint` event says, and only to the origin of its stream; an
 * answer is told once, whether it comes on the stream, in the body of its POST, or in both; a server that misbehaves
 * costs its own links only.
 *
 * Source: MCP 2024-11-05, transports, HTTP with SSE.
 */
import type { LinkContext, LinkEvents, UpstreamDriver } from '../engine/ports.ts';
import { type LinkEnded, NetworkDriver } from './network-driver.ts';
import type { NetworkOptions, NetworkPlatform } from './network-options.ts';
import { SseLink } from './sse-link.ts';

/**
 * A driver for one server.
 *
 * `open` resolves once the endpoint is known. It rejects with `unreachable`, `backoff` (with `retryAfterMs`),
 * `no-endpoint`, `bad-endpoint`, `foreign-endpoint`, `not-mcp`, `compressed`, `redirected`, `unauthorized`,
 * `wrong-address`, `busy`, `bad-gateway`, `http-status`, `too-many-connections` or `closed`. A link ends with `cut`
 * (the stream ended: recoverable), `session-lost` (recoverable) or `closed`.
 *
 * @throws TypeError for an address or a header that does not fit
 */
export function sse(options: NetworkOptions, platform: NetworkPlatform): UpstreamDriver {
  return new SseDriver(options, platform);
}

class SseDriver extends NetworkDriver {
  readonly kind = 'sse';
  protected readonly asksFirst = true;

  protected override link(events: LinkEvents, context: LinkContext, onEnd: LinkEnded): SseLink {
    return new SseLink(this.remote, events, context, onEnd);
  }
}
