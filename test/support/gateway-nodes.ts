/**
 * Where a test asks for a gateway, several of them behind a balancer that takes turns: `CLUSTER=3 vitest run --hookTimeout 600000 test/matrix`.
 * They share a memory hub, in the process of the test; each has servers of its own.
 */
import { memoryHub } from '../../src/backplanes/memory-hub.ts';
import { compose, type Composed, type GatewayOptions } from '../../src/edges/compose.ts';
import { egress } from '../../src/edges/node/egress.ts';
import { type Listening, listen, nodeHandler } from '../../src/edges/node/http.ts';
import { nodeRuntime, sha256 } from '../../src/edges/node/runtime.ts';
import { WebSockets } from '../../src/edges/node/websockets.ts';
import { Balancer, type Upstream } from './balancer.ts';

interface Node extends Upstream {
  readonly composed: Composed;
  readonly listening: Listening;
}

export interface Nodes {
  /** Of the balancer. */
  readonly port: number;
  close(): Promise<void>;
}

const STATE = { keys: [{ id: 'k', secret: 'a secret that all of these nodes have in common' }] };

/** @param optionsOf those of one node, with servers that no other has */
export async function startNodes(count: number, optionsOf: () => Promise<GatewayOptions>): Promise<Nodes> {
  const hub = memoryHub();
  const nodes: Node[] = [];
  for (let at = 0; at < count; at++) {
    const name = `n${at}`;
    const options = { state: STATE, ...(await optionsOf()), backplane: hub.node(nodeRuntime, { name }) };
    const composed = compose(options, { runtime: nodeRuntime, sha256, egress });
    const place = { host: '127.0.0.1', port: 0, headersMs: 10_000 };
    const listening = await listen(nodeHandler(composed.front), place, new WebSockets(composed.front));
    const url = `http://127.0.0.1:${listening.port}`;
    await composed.gateway.cluster?.join(url);
    nodes.push({ name, url, composed, listening });
  }
  const balancer = await Balancer.start({ nodes });
  return {
    port: balancer.port,
    close: async () => {
      await balancer.close();
      await Promise.all(nodes.map(end));
    },
  };
}

async function end({ composed, listening }: Node): Promise<void> {
  await composed.gateway.close();
  listening.server.closeAllConnections();
  await listening.close();
}
