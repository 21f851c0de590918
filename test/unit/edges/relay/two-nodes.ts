/** Two fronts with played requests and clocks, a bus between them, and one session of the second. */
import { Relay } from '../../../../src/edges/relay/relay.ts';
import type { RelayLimits } from '../../../../src/edges/relay/limits.ts';
import type { GatewayOptions } from '../../../../src/edges/compose.ts';
import type { Whereabouts } from '../../../../src/edges/http/elsewhere.ts';
import { RelayHub } from '../../../support/relay-hub.ts';
import { turn } from '../../engine/support.ts';
import { front, type FrontWorld, streamableSession } from '../support.ts';

export interface PlayedNode extends FrontWorld {
  readonly name: string;
  readonly relay: Relay;
  /** Where all sessions are, as this node is told. */
  where: Whereabouts;
}

function node(
  name: string,
  hub: RelayHub,
  limits: Partial<RelayLimits>,
  options: Partial<GatewayOptions>,
): PlayedNode {
  const world = front(options);
  const { context } = world.gateway;
  const relay = new Relay({
    node: name,
    bus: hub.bus(name),
    directory: hub,
    runtime: world.runtime,
    seal: context.seal,
    observer: context.observer,
    stallMs: context.settings.stallMs,
    limits,
    serve: (facts, responder, callerBy) => world.front.handleCarried(facts, responder, callerBy),
  });
  hub.join(name, relay);
  const made: PlayedNode = { ...world, name, relay, where: 'here' };
  world.front.change({ relay, whereIs: () => made.where });
  return made;
}

export async function twoNodes(limits: Partial<RelayLimits> = {}, options: Partial<GatewayOptions> = {}) {
  const hub = new RelayHub();
  const near = node('near', hub, limits, options);
  const owner = node('owner', hub, limits, options);
  const session = await streamableSession(owner);
  near.where = { node: 'owner' };
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
  for (let round = 0; round < 6; round++) await turn();
}
