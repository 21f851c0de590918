/**
 * Several gateways on one Redis: real processes, all of them on the core of servers, and clients that speak to the
 * nodes they choose, with nothing in between.
 */
import { startRedis, type TestRedis } from '../../test/support/redis.ts';
import { type Address, Session, type Transport } from './client.ts';
import { gatewayConfig } from './configs.ts';
import { freePort, SERVER_CORE, Server, sleep } from './launch.ts';
import { drive, echoCall } from './load.ts';
import { cpuNs, cpuNsOf, descendants, pin } from './proc.ts';
import { coreTimes, interleave, openMany } from './scenarios.ts';
import type { Shape } from './target.ts';
import { CLI } from './targets.ts';

/** How the calls of sessions are spread over nodes. */
export interface NodesTarget {
  readonly key: string;
  readonly title: string;
  readonly nodes: number;
  readonly hasRedis: boolean;
  /** Which node has a session. */
  ownerOf(session: number): number;
  /** Which node gets the calls of one of its lanes. */
  landsOn(session: number, lane: number): number;
  /** The first node has all sessions, the second gets all calls: what each does is told. */
  readonly hasRoles?: boolean;
  /** Some calls land on the node that has their session: one call at a time would tell of one kind only. */
  readonly isMixed?: boolean;
}

const LANES = 2;
const first = () => 0;
const second = () => 1;
const inTurn = (nodes: number) => (session: number) => session % nodes;

function ownNode(key: string, title: string, nodes: number, hasRedis = true): NodesTarget {
  return { key, title, nodes, hasRedis, ownerOf: inTurn(nodes), landsOn: inTurn(nodes) };
}

export const NODES: readonly NodesTarget[] = [
  ownNode('r0', '1 node, no Redis', 1, false),
  ownNode('r1', '1 node, own', 1),
  ownNode('r2', '2 nodes, own', 2),
  ownNode('r3', '3 nodes, own', 3),
  {
    key: 'r2c',
    title: '2 nodes, carried',
    nodes: 2,
    hasRedis: true,
    ownerOf: first,
    landsOn: second,
    hasRoles: true,
  },
  {
    key: 'r3c',
    title: '3 nodes, carried',
    nodes: 3,
    hasRedis: true,
    ownerOf: inTurn(3),
    landsOn: (session) => (session + 1) % 3,
  },
  {
    key: 'r3m',
    title: '3 nodes, a third own',
    nodes: 3,
    hasRedis: true,
    ownerOf: inTurn(3),
    landsOn: (session, lane) => (session + Math.floor(session / 3) * LANES + lane) % 3,
    isMixed: true,
  },
];

/** Nodes that run. */
export class Nodes {
  readonly servers: readonly Server[];
  readonly #ports: readonly number[];
  readonly #redis: TestRedis | undefined;

  /** @param profiles files for what each node does between two pokes */
  static async start(count: number, hasRedis: boolean, profiles?: readonly string[]): Promise<Nodes> {
    const redis = hasRedis ? await startRedis() : undefined;
    if (redis) pin(redis.pid, SERVER_CORE);
    const ports: number[] = [];
    const servers: Server[] = [];
    const nodes = new Nodes(servers, ports, redis);
    try {
      for (let node = 0; node < count; node++) {
        const port = await freePort();
        const profile = profiles?.[node];
        const env = {
          ...(redis ? { REDIS_URL: redis.url } : {}),
          ...(profile ? { BENCH_PROFILE: profile } : {}),
        };
        ports.push(port);
        servers.push(
          new Server({ args: [CLI, 'serve', gatewayConfig('shared'), '--port', String(port)], env }),
        );
        await servers[node]?.ready(port);
      }
      return nodes;
    } catch (error) {
      await nodes.stop();
      throw error;
    }
  }

  private constructor(servers: readonly Server[], ports: readonly number[], redis: TestRedis | undefined) {
    this.servers = servers;
    this.#ports = ports;
    this.#redis = redis;
  }

  /** Opens a session, and the lanes of its calls. */
  session(target: NodesTarget, transport: Transport, index: number): Session {
    const port = this.#portOf(target.ownerOf(index));
    const callPorts = Array.from({ length: LANES }, (_, lane) => this.#portOf(target.landsOn(index, lane)));
    const isOwn = callPorts.every((other) => other === port);
    const address: Address = { port, ssePath: '/sse', mcpPath: '/mcp' };
    return new Session(isOwn ? address : { ...address, callPorts }, transport);
  }

  get redisPort(): number | undefined {
    return this.#redis?.port;
  }

  /** CPU so far: of each node, of all their children, of Redis. */
  cpu(): { readonly nodes: readonly number[]; readonly children: number; readonly redis: number } {
    return {
      nodes: this.servers.map(({ pid }) => cpuNs(pid)),
      children: this.servers.reduce(
        (sum, { pid }) => sum + cpuNsOf(descendants(pid).map((mark) => mark.pid)),
        0,
      ),
      redis: this.#redis ? cpuNs(this.#redis.pid) : 0,
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.#redis?.stop();
  }

  #portOf(node: number): number {
    return this.#ports[node] as number;
  }
}

/** CPU in µs per call. */
export interface NodesFigures {
  /** Of all nodes, and of Redis; children are counted apart. */
  readonly allUs: number;
  readonly nodesUs: number;
  readonly redisUs: number;
  readonly childUs: number;
  /** Where one node has the sessions and another gets the calls. */
  readonly landingUs: number | undefined;
  readonly ownerUs: number | undefined;
  readonly perSecond: number;
  /** How long a call took, in ms: half of them took no longer. */
  readonly p50: number | undefined;
  readonly othersBusy: number;
  readonly calls: number;
  readonly errors: number;
  readonly problem: string | undefined;
}

/** Calls of 64 bytes for so long, as many in flight as the shape says. */
export async function measureNodes(
  nodes: Nodes,
  target: NodesTarget,
  transport: Transport,
  shape: Shape,
  ms: number,
): Promise<NodesFigures> {
  const options = { lanes: shape.lanes };
  const make = (index: number) => nodes.session(target, transport, index);
  const sessions = await openMany(shape.sessions, make, options);
  try {
    const lanes = interleave(sessions);
    await drive(lanes, echoCall, Math.min(100, ms / 4));
    const before = nodes.cpu();
    const cores = coreTimes();
    const times: number[] = [];
    const tally = await drive(lanes, echoCall, ms, { times });
    const busy = coreTimes();
    // What the servers still do for these calls counts, and the scheduler's figures catch up.
    await sleep(30);
    const after = nodes.cpu();
    const us = (ns: number) => ns / 1000 / tally.calls;
    const each = after.nodes.map((ns, node) => ns - (before.nodes[node] ?? 0));
    const nodesNs = each.reduce((sum, ns) => sum + ns, 0);
    const redisNs = after.redis - before.redis;
    const childNs = after.children - before.children;
    const serverCoreNs = busy.serverCore - cores.serverCore - nodesNs - redisNs - childNs;
    const loadCoreNs = busy.loadCore - cores.loadCore - (busy.load - cores.load);
    const [owner = 0, landing = 0] = target.hasRoles ? each : [];
    return {
      allUs: us(nodesNs + redisNs),
      nodesUs: us(nodesNs),
      redisUs: us(redisNs),
      childUs: us(childNs),
      ownerUs: target.hasRoles ? us(owner) : undefined,
      landingUs: target.hasRoles ? us(landing) : undefined,
      perSecond: tally.calls / tally.seconds,
      p50: times.toSorted((x, y) => x - y)[times.length >> 1],
      othersBusy: Math.max(0, serverCoreNs, loadCoreNs) / 1e9 / tally.seconds,
      calls: tally.calls,
      errors: tally.errors,
      problem: tally.problem,
    };
  } finally {
    await Promise.all(sessions.map((session) => session.close()));
  }
}
