/**
 * MCP servers over Streamable HTTP.
 *
 * Guarantees: each message is one POST, written at once; what the server says on the stream of a POST is told as
 * related to it; a stream that is cut is taken up where a legacy server gave the means, and no request is ever sent
 * twice; a server that misbehaves costs its own links only.
 *
 * Source: MCP transports, Streamable HTTP, 2025-03-26, 2025-06-18, 2025-11-25 and 2026-07-28.
 */
import type { LinkContext, LinkEvents, UpstreamDriver } from '../engine/ports.ts';
import { ModernLink } from './modern-link.ts';
import { type LinkEnded, NetworkDriver, type OpeningLink } from './network-driver.ts';
import type { NetworkOptions, NetworkPlatform } from './network-options.ts';
import { StreamableLink } from './streamable-link.ts';

/**
 * A driver for one server.
 *
 * `open` sends nothing: the first message does. It rejects with `backoff` (the server could not be reached just now;
 * with `retryAfterMs`) or `closed`. A link ends with `session-lost` (the server forgot the session) or `unreachable`
 * (nothing listens any more), both recoverable and with what is `unsent`, or with `closed`. One request fails with `unreachable`, `backoff` or
 * `too-many-connections` (unsent), or with `cut`, `silent`, `no-answer`, `resume-failed`, `not-mcp`, `compressed`,
 * `redirected`, `unauthorized`, `wrong-address`, `busy`, `loop`, `bad-gateway`, `http-status`.
 *
 * @throws TypeError for an address or a header that does not fit
 */
export function streamable(options: NetworkOptions, platform: NetworkPlatform): UpstreamDriver {
  return new StreamableDriver(options, platform);
}

class StreamableDriver extends NetworkDriver {
  readonly kind = 'http';
  readonly canBeModern = true;
  readonly takesHeaders = true;
  protected readonly asksFirst = false;

  protected override link(events: LinkEvents, context: LinkContext, onEnd: LinkEnded): OpeningLink {
    const Link = context.era === 'modern' ? ModernLink : StreamableLink;
    return new Link(this.remote, events, context, onEnd);
  }
}
