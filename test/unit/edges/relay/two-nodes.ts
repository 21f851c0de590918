/** Two fronts with played requests and clocks, a bus between them, and one session of the second. */
import { Relay } from '../../../../src/edges/relay/relay.ts';
import type { RelayLimits } from '../../../../src/edges/relay/limits.ts';
import type { Composed, GatewayOptions } from '../../../../src/edges/compose.ts';
import type { Runtime } from '../../../../src/engine/ports.ts';
import type { Whereabouts } from '../../../../src/edges/http/elsewhere.ts';
import { RelayHub } from '../../../support/relay-hub.ts';
import { turn } from '../../engine/support.ts';
import { front, streamableSession } from '../support.ts';

/** Puts a front among others. */
export function joined<W extends Composed & { readonly runtime: Runtime }>(
  world: W,
  name: string,
  hub: RelayHub,
  limits: Partial<RelayLimits> = {},
) {
  const { context } = world.gateway;
  const gaveBack: string[] = [];
  const relay = new Relay({
    node: name,
    bus: hub.bus(name),
    directory: hub,
    runtime: world.runtime,
    seal: context.seal,
    observer: context.observer,
    stallMs: context.settings.stallMs,
    limits,
    again: (visit, body) => world.front.again(visit, body),
    leaves: (node) => void gaveBack.push(node),
    serve: (facts, responder, callerBy) => world.front.handleCarried(facts, responder, callerBy),
  });
  hub.join(name, relay);
  const where: { is: Whereabouts } = { is: 'here' };
  world.front.change({ relay, whereIs: () => where.is });
  return Object.assign(world, { name, relay, where, gaveBack });
}

export async function twoNodes(limits: Partial<RelayLimits> = {}, options: Partial<GatewayOptions> = {}) {
  const hub = new RelayHub();
  const near = joined(front(options), 'near', hub, limits);
  const owner = joined(front(options), 'owner', hub, limits);
  const session = await streamableSession(owner);
  near.where.is = { node: 'owner' };
  const headers = { 'mcp-session-id': session };
  /** Asks the node that has not got the session. */
  const ask = async (body: unknown, more: Record<string, string> = {}) => {
    const { responder } = near.begin('POST', '/mcp', { body, headers: { ...headers, ...more } });
    await settled();
    return responder;
  };
  return { hub, near, owner, session, headers, ask };
}

/** Lets everything arrive that is under way. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 12; round++) await turn();
}
