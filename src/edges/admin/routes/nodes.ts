/** The nodes that this one knows. */
import type { Peer } from '../../../engine/ports-backplane.ts';
import { type NodeView, nodes } from '../contract/nodes.ts';
import { describeRoute, json, newGroup } from '../group.ts';
import type { AdminPorts } from '../ports.ts';
import { told } from '../problem.ts';
import { whyNobodyElse } from '../which-node.ts';

const LIST = describeRoute({
  method: 'get',
  path: '/nodes',
  summary: 'This node and the others that it knows: each can be asked through any, with `?node=`.',
  responses: { 200: { description: 'Also where it is alone.', content: json(nodes) } },
});

const NOBODY = { peers: new Map<string, Peer>(), isReached: true };

export function nodeRoutes(ports: AdminPorts) {
  return newGroup().openapi(LIST, (c) => {
    const why = whyNobodyElse(c.env.visit.front);
    return c.json({ nodes: nodesOf(ports), ...(why ? { problem: told(why).error } : {}) }, 200);
  });
}

function nodesOf({ gateway: { cluster }, node, url }: AdminPorts): NodeView[] {
  const { state, url: own = url() } = cluster?.tenure.shown ?? { state: 'held' };
  const { peers, isReached } = cluster?.others ?? NOBODY;
  const others = [...peers.values()].map(
    (peer): NodeView => ({ ...shown(peer), isThis: false, state: isReached ? 'held' : 'unsure' }),
  );
  const byPlace = (a: NodeView, b: NodeView) => placeOf(a).localeCompare(placeOf(b));
  return [{ name: node, url: own, isThis: true, state }, ...others.toSorted(byPlace)];
}

function shown({ node: name, url }: Peer) {
  return { name, ...(url === undefined ? {} : { url }) };
}

function placeOf({ name, url }: NodeView): string {
  return url ?? name;
}
