/** What makes a gateway one of several: requests are carried to the node that has their session, and taken from others. */
import { sessionNamed } from '../dialects/naming.ts';
import { streamable } from '../dialects/streamable.ts';
import { LEAVING } from '../engine/cluster/cluster.ts';
import type { Gateway } from '../engine/gateway.ts';
import type { Runtime } from '../engine/ports.ts';
import type { Backplane } from '../engine/ports-backplane.ts';
import type { Seal } from '../engine/ports-era.ts';
import { refuseUnproven, serveOperator } from './http/carried-operator.ts';
import type { WhereIs } from './http/elsewhere.ts';
import { openerOf } from './http/forwarded.ts';
import type { Front } from './http/front.ts';
import { Relay } from './relay/relay.ts';

export interface OthersPorts {
  readonly gateway: Gateway;
  readonly front: Front;
  readonly backplane: Backplane;
  readonly runtime: Runtime;
  readonly seal: Seal;
  /** Whether its keys are known to nodes alone. */
  readonly proves: () => boolean;
  /** What else is to be done where another node announces something. */
  readonly announced?: (topic: string, text: string, from: string) => void;
}

/** Does nothing where there are no other nodes. */
export function meetOthers({
  gateway,
  front,
  backplane,
  runtime,
  seal,
  proves,
  announced,
}: OthersPorts): void {
  const { cluster, context } = gateway;
  if (!cluster) return;
  const relay = new Relay({
    node: backplane.node,
    bus: backplane.bus,
    directory: backplane.directory,
    runtime,
    seal,
    observer: context.observer,
    proves,
    stallMs: context.settings.stallMs,
    again: (visit, body) => front.again(visit, body),
    leaves: (node) => cluster.announced(LEAVING, node),
    isLetGo: (request) => {
      const named = gateway.departure.isLeaving ? sessionNamed(request) : undefined;
      return named !== undefined && !gateway.has(named.id);
    },
    serve: (facts, responder, callerBy) => front.handleCarried(facts, responder, callerBy),
    operate: (ask, responder) => serveOperator(front.rules, ask, responder),
    unproven: (from, responder) => refuseUnproven(front.rules, from, responder),
  });
  const whereIs: WhereIs = (id, visit) =>
    cluster.whereIs(id, {
      principal: visit.principal,
      mount: visit.mount,
      isGivenBack: visit.tries !== undefined,
      // Sessions of other dialects end with their node.
      opener: () => ({ ...openerOf(visit), dialect: streamable, version: '' }),
      mayCall: () => visit.front.allows(visit.principal, visit.mount),
    });
  front.change({ relay, whereIs });
  cluster.onGone((node) => relay.gone(node));
  cluster.onApart(() => relay.apart());
  backplane.bus.listen({
    received: (from, data) => relay.received(from, data),
    broken: (node) => relay.broken(node),
    announced: (topic, text, from) => {
      cluster.announced(topic, from);
      announced?.(topic, text, from);
    },
  });
  gateway.departure.alsoInFlight(() => relay.calls);
  gateway.departure.onLeave(() => relay.letGo());
  gateway.onClose(() => relay.close());
}
