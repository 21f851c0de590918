/** Whether the gateway lives, whether it takes work, and (for those who may know) how its servers are. */
import { hintFor } from '../../engine/hints.ts';
import type { Trouble } from '../../engine/ports-degraded.ts';
import type { Server } from '../../engine/server.ts';
import type { ServerVisit, Visit } from './front.ts';
import { json } from './replies.ts';

export function healthz({ responder }: Visit): void {
  json(responder, 200, { status: 'ok' });
}

export function readyz({ responder, front }: Visit): void {
  const { gateway } = front;
  const { codes } = gateway.context.degraded;
  const degraded = codes.length === 0 ? {} : { degraded: codes };
  if (gateway.isDraining) return json(responder, 503, { status: 'draining', ...degraded });
  // Others may have its sessions.
  if (gateway.cluster?.isCut) return json(responder, 503, { status: 'cut off', ...degraded });
  if (codes.length === 0) return json(responder, 200, { status: 'ready' });
  // Still 200: it serves, and a balancer that took it away would make things worse.
  json(responder, 200, { status: 'degraded', ...degraded });
}

/**
 * Strangers learn the state in one word; servers and numbers are for those who may know, of their own site. Who holds
 * a key of the gateway, or calls one that has no keys at all, is told of everything.
 */
export function health(visit: Visit): void {
  const { responder, front, caller, site } = visit;
  const { gateway } = front;
  const maySeeAll = seesAll(visit);
  const own = caller ? site.mounts.serversOf(caller) : site.servers;
  const servers = caller === undefined || maySeeAll ? gateway.servers : own;
  const { codes, troubles } = gateway.context.degraded;
  const isWell = codes.length === 0 && !isDegraded(servers);
  const status = gateway.isDraining ? 'draining' : isWell ? 'healthy' : 'degraded';
  const degraded = codes.length === 0 ? {} : { degraded: codes };
  const base = { status, service: 'sluice', version: front.version, ...degraded };
  if (caller === undefined) return json(responder, 200, base);
  const states = Object.fromEntries([...own].map(([name, server]) => [name, stateOf(server)]));
  const { tally } = gateway;
  if (maySeeAll) {
    const dialects = Object.fromEntries(tally.dialects());
    const { sessions, streams, inFlight: calls } = gateway;
    const open = { sessions, streams, dialects, calls, parked: gateway.seats.parking.size };
    const cluster = gateway.cluster ? { cluster: gateway.cluster.tenure.shown } : {};
    const more = { ...gateway.context.observer.health?.(), ...cluster, ...told(troubles) };
    return json(responder, 200, { ...base, ...open, ...more, servers: states });
  }
  const part = site.part?.name ?? '';
  const dialects = Object.fromEntries(tally.dialects(part));
  const open = { sessions: tally.inProject(part), streams: streamsOf(visit, part), dialects };
  json(responder, 200, { ...base, ...open, servers: states });
}

/** @param part a project, or empty for what is in none */
function streamsOf({ front: { gateway, sites } }: Visit, part: string): number {
  const { ledger } = gateway.context;
  const inProject = (name: string) => ledger.ofProject(name)?.of('streams') ?? 0;
  if (part !== '') return inProject(part);
  let count = gateway.streams;
  for (const name of sites.projects.keys()) count -= inProject(name);
  return count;
}

/** Whoever holds a key of the gateway, or calls one that has no keys at all, and may use all of it. */
export function seesAll({ front, caller, site }: Visit): boolean {
  const isOwn = site.part === undefined && (site.door.isRequired || !front.sites.haveKeys);
  return isOwn && !(caller && site.mounts.narrows(caller));
}

/** A GET that does not ask for a stream: a person or a probe. */
export function streamHint(visit: ServerVisit): void {
  const { match, front, responder } = visit;
  const spoken = front.sse.enabled ? 'Streamable HTTP or HTTP+SSE, both at this URL' : 'Streamable HTTP';
  const legs = front.sse.enabled ? ['sse', 'mcp'] : ['mcp'];
  json(responder, 200, {
    status: front.gateway.isDraining ? 'draining' : 'healthy',
    service: 'sluice',
    hint: `This is an MCP endpoint. Connect an MCP client to it: ${spoken}.`,
    endpoints: legs.map((leg) => `${front.basePath}${match.prefix}/${leg}`),
  });
}

function stateOf(server: Server) {
  const { driver, sharing, troubles } = server;
  // What is wrong with its lists, by kind; nothing where nothing is.
  const lists = troubles.size === 0 ? {} : { lists: Object.fromEntries(troubles) };
  const { era, since } = server.eras.shown;
  const known = since === undefined ? { era } : { era, eraSince: new Date(since).toISOString() };
  const state = server.isDisabled ? { state: 'disabled' } : {};
  return { kind: driver.kind, sharing, ...driver.health(), ...state, ...known, ...lists, ...faultOf(server) };
}

/** What last went wrong, and what to do about it. */
function faultOf({ lastFault }: Server) {
  if (!lastFault) return {};
  const { at, code, message } = lastFault;
  return { lastFault: { at: new Date(at).toISOString(), code, message, ...hintOf(code) } };
}

function hintOf(code: string) {
  const hint = hintFor(code);
  return hint === undefined ? {} : { hint };
}

function told(troubles: readonly Trouble[]) {
  if (troubles.length === 0) return {};
  const tell = ({ since, ...trouble }: Trouble) => ({
    ...trouble,
    since: new Date(since).toISOString(),
    ...hintOf(trouble.code),
  });
  return { troubles: troubles.map(tell) };
}

function isDegraded(servers: ReadonlyMap<string, Server>): boolean {
  for (const server of servers.values()) {
    const { state } = server.driver.health();
    if (state === 'backoff' || state === 'failed' || server.troubles.size > 0) return true;
  }
  return false;
}
