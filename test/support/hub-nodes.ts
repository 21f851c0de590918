/**
 * Several gateways in the process of the test that share a backplane in memory, each with a socket of its own. They can be
 * killed, stopped and cut off from what they share.
 */
import { type MemoryHub, memoryHub } from '../../src/backplanes/memory-hub.ts';
import { compose, type Composed, type GatewayOptions } from '../../src/edges/compose.ts';
import { type Listening, listen, nodeHandler } from '../../src/edges/node/http.ts';
import { nodeRuntime, sha256 } from '../../src/edges/node/runtime.ts';
import { WebSockets } from '../../src/edges/node/websockets.ts';
import type { Observer } from '../../src/node.ts';
import type { ServerEntry } from './servers.ts';
import { Recorder } from './events.ts';

export interface HubNode extends Composed {
  readonly name: string;
  readonly url: string;
  readonly recorder: Recorder;
  readonly listening: Listening;
  /** As when its process is killed: nobody is told. */
  kill(): Promise<void>;
}

export interface HubNodes {
  readonly hub: MemoryHub;
  readonly nodes: readonly HubNode[];
}

export interface HubOptions extends Omit<GatewayOptions, 'servers' | 'backplane'> {
  readonly servers: Readonly<Record<string, ServerEntry>>;
  /** Of the lease; default 300 ms, renewed five times. */
  readonly leaseMs?: number;
  /** Of each node, told beside its recorder. */
  readonly observe?: (at: number) => Observer;
}

const STATE = { keys: [{ id: 'k', secret: '0123456789abcdef'.repeat(4) }] };

/** Runs something with so many nodes, and ends them however that ends. */
export async function withHubNodes<T>(
  count: number,
  { servers, leaseMs = 300, observe, ...options }: HubOptions,
  use: (at: HubNodes) => Promise<T>,
): Promise<T> {
  const hub = memoryHub({ leaseMs, renewMs: leaseMs / 5 });
  const nodes: HubNode[] = [];
  try {
    for (let at = 0; at < count; at++) {
      const observer = observe?.(at) ?? options.observer ?? {};
      nodes.push(await startNode(hub, `n${at}`, servers, { ...options, observer }));
    }
    return await use({ hub, nodes });
  } finally {
    await Promise.all(nodes.map((node) => node.kill()));
  }
}

async function startNode(
  hub: MemoryHub,
  name: string,
  servers: HubOptions['servers'],
  options: Omit<GatewayOptions, 'servers' | 'backplane'>,
): Promise<HubNode> {
  const recorder = new Recorder(options.observer ?? {});
  const built = await Promise.all(
    Object.entries(servers).map(async ([key, entry]) => [
      key,
      await entry({ name: key, observer: recorder.observer }),
    ]),
  );
  const backplane = hub.node(nodeRuntime, { name });
  const composed = compose(
    {
      state: STATE,
      ...options,
      servers: Object.fromEntries(built) as GatewayOptions['servers'],
      observer: recorder.observer,
      backplane,
    },
    { runtime: nodeRuntime, sha256 },
  );
  const place = { host: '127.0.0.1', port: 0, headersMs: 10_000 };
  const listening = await listen(nodeHandler(composed.front), place, new WebSockets(composed.front));
  const url = `http://127.0.0.1:${listening.port}`;
  await composed.gateway.cluster?.join(url);
  let ending: Promise<void> | undefined;
  const end = async () => {
    hub.kill(name);
    listening.server.closeAllConnections();
    await composed.gateway.close();
    await listening.close();
  };
  return { ...composed, name, url, recorder, listening, kill: () => (ending ??= end()) };
}
