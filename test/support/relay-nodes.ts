/**
 * Several gateways in the process of the test, each with a socket of its own, that carry requests to each other over a
 * bus in memory. Whose a session is, the test knows from what the gateways told.
 */
import { afterFile } from './endings.ts';
import { DEFAULT_LOG_LIMITS, memoryBackplane } from '../../src/backplanes/memory.ts';
import { compose, type Composed, type GatewayOptions } from '../../src/edges/compose.ts';
import { type Listening, listen, nodeHandler } from '../../src/edges/node/http.ts';
import { nodeRuntime, sha256 } from '../../src/edges/node/runtime.ts';
import type { RelayLimits } from '../../src/edges/relay/limits.ts';
import { Relay } from '../../src/edges/relay/relay.ts';
import { WebSockets } from '../../src/edges/node/websockets.ts';
import { Recorder } from './events.ts';
import { RelayHub } from './relay-hub.ts';
import type { ServerEntry } from './servers.ts';

export interface RelayNode extends Composed {
  readonly name: string;
  readonly url: string;
  readonly relay: Relay;
  readonly recorder: Recorder;
  readonly listening: Listening;
  /** Ends it without a word to the others, as when its process is killed. */
  kill(): Promise<void>;
}

export interface RelayNodes {
  readonly hub: RelayHub;
  readonly nodes: readonly RelayNode[];
  /** The nodes in turn. */
  next(): RelayNode;
  /** A node that has not got this session. */
  other(session: string): RelayNode;
  /** The node that has it. */
  owner(session: string): RelayNode;
  /** Requests that were carried so far. */
  carried(): number;
  close(): Promise<void>;
}

export interface RelayOptions extends Omit<GatewayOptions, 'servers'> {
  readonly servers: Readonly<Record<string, ServerEntry>>;
  readonly relay?: Partial<RelayLimits>;
  /** What one of them has otherwise. */
  readonly each?: (at: number) => Partial<Omit<GatewayOptions, 'servers'>>;
}

const open = new Set<RelayNodes>();
afterFile(async () => {
  for (const each of open) await each.close();
  open.clear();
});

export async function startRelayNodes(count: number, options: RelayOptions): Promise<RelayNodes> {
  const hub = new RelayHub();
  const owners = new Map<string, string>();
  let carried = 0;
  const start = async (at: number): Promise<RelayNode> => {
    const { servers, relay: limits, each, observer, ...rest } = options;
    const name = `node-${at}`;
    const recorder = new Recorder({
      ...observer,
      carried: () => void carried++,
      sessionOpened: ({ session }) => void owners.set(session, name),
      sessionClosed: ({ session }) => void owners.delete(session),
    });
    const built = await Promise.all(
      Object.entries(servers).map(async ([key, entry]) => [
        key,
        await entry({ name: key, observer: recorder.observer }),
      ]),
    );
    const [first] = Object.keys(servers);
    const composed = compose(
      {
        ...(rest.merge || first === undefined ? {} : { default: first }),
        ...rest,
        ...each?.(at),
        servers: Object.fromEntries(built) as GatewayOptions['servers'],
        observer: recorder.observer,
        backplane: { ...memoryBackplane({ ...DEFAULT_LOG_LIMITS, ...rest.log }), node: name },
      },
      { runtime: nodeRuntime, sha256 },
    );
    const { context } = composed.gateway;
    const relay = new Relay({
      node: name,
      bus: hub.bus(name),
      directory: hub,
      runtime: nodeRuntime,
      seal: context.seal,
      observer: context.observer,
      stallMs: context.settings.stallMs,
      limits,
      serve: (facts, responder, callerBy) => composed.front.handleCarried(facts, responder, callerBy),
    });
    hub.join(name, relay);
    const whereIs = (id: string) => {
      const owner = owners.get(id);
      if (owner === undefined) return 'nowhere';
      return owner === name ? 'here' : { node: owner };
    };
    composed.front.change({ relay, whereIs });
    const sockets = new WebSockets(composed.front);
    const at0 = { host: '127.0.0.1', port: 0, headersMs: 10_000 };
    const listening = await listen(nodeHandler(composed.front), at0, sockets);
    let ending: Promise<void> | undefined;
    const end = async () => {
      void relay.close();
      hub.leave(name);
      listening.server.closeAllConnections();
      await composed.gateway.close();
      await listening.close();
    };
    const url = `http://127.0.0.1:${listening.port}`;
    return { ...composed, name, url, relay, recorder, listening, kill: () => (ending ??= end()) };
  };
  const nodes = await Promise.all(Array.from({ length: count }, (_, at) => start(at)));
  let turn = 0;
  const found = (session: string, isOwner: boolean): RelayNode => {
    const node = nodes.find(({ name }) => (name === owners.get(session)) === isOwner);
    if (!node) throw new Error(`There is no such node for ${session}.`);
    return node;
  };
  const all: RelayNodes = {
    hub,
    nodes,
    next: () => nodes[turn++ % nodes.length] as RelayNode,
    other: (session) => found(session, false),
    owner: (session) => found(session, true),
    carried: () => carried,
    close: async () => {
      open.delete(all);
      await Promise.all(nodes.map((node) => node.kill()));
    },
  };
  open.add(all);
  return all;
}
