/** Whether the gateway lives, whether it takes work, and (for those who may know) how its servers are. */
import type { Server } from '../../engine/server.ts';
import type { ServerVisit, Visit } from './front.ts';
import { json } from './replies.ts';

export function healthz({ responder }: Visit): void {
  json(responder, 200, { status: 'ok' });
}

export function readyz({ responder, front }: Visit): void {
  const isReady = !front.gateway.isDraining;
  json(responder, isReady ? 200 : 503, { status: isReady ? 'ready' : 'draining' });
}

/** Strangers learn the state in one word; servers and numbers are for those with a key, of their own site. */
export function health({ responder, front, principal, site }: Visit): void {
  const { gateway } = front;
  const status = gateway.isDraining ? 'draining' : isDegraded(front) ? 'degraded' : 'healthy';
  const base = { status, service: 'sluice', version: front.version };
  if (principal === undefined) return json(responder, 200, base);
  const servers = Object.fromEntries(
    [...site.servers].map(([name, server]) => [
      name,
      { kind: server.driver.kind, sharing: server.sharing, ...server.driver.health(), ...troublesOf(server) },
    ]),
  );
  if (site.part) {
    const { name } = site.part;
    const dialects = Object.fromEntries(gateway.tally.dialects(name));
    return json(responder, 200, { ...base, sessions: gateway.tally.inPart(name), dialects, servers });
  }
  const dialects = Object.fromEntries(gateway.tally.dialects());
  json(responder, 200, { ...base, sessions: gateway.sessions, dialects, calls: gateway.inFlight, servers });
}

/** A GET that does not ask for a stream: a person or a probe. */
export function streamHint(visit: ServerVisit): void {
  const { match, front, responder } = visit;
  json(responder, 200, {
    status: front.gateway.isDraining ? 'draining' : 'healthy',
    service: 'sluice',
    hint: `This is an MCP endpoint. Connect an MCP client to it: Streamable HTTP or HTTP+SSE, both at this URL.`,
    endpoints: ['sse', 'mcp'].map((leg) => `${front.basePath}${match.prefix}/${leg}`),
  });
}

/** What is wrong with its lists, by kind; nothing where nothing is. */
function troublesOf({ troubles }: Server): { lists?: Record<string, string> } {
  return troubles.size === 0 ? {} : { lists: Object.fromEntries(troubles) };
}

function isDegraded(front: Visit['front']): boolean {
  for (const server of front.gateway.servers.values()) {
    const { state } = server.driver.health();
    if (state === 'backoff' || state === 'failed' || server.troubles.size > 0) return true;
  }
  return false;
}
