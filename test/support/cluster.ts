/**
 * Several real gateways behind a balancer, on one Redis: processes that can be killed, paused, cut off and started anew.
 *
 *   await withCluster({ config: { mcpServers: { fixture: … } } }, async (cluster) => {
 *     await fetch(`${cluster.url}/mcp`, …);
 *     await cluster.kill(1);
 *   });
 *
 * Whatever is asked of a node names it by its number, from 0. What the nodes said last is added to an error.
 */
import { Balancer } from './balancer.ts';
import { ClusterNode, type NodePlan } from './cluster-node.ts';
import { startRedis, type TestRedis } from './redis.ts';
import type { CutKind } from './wire.ts';

export interface ClusterOptions {
  /** What stands in `sluice.json` of each node; host, port and Redis are filled in. */
  readonly config: object;
  /** Default 3. */
  readonly nodes?: number;
  /** Default: one of its own, which ends with the cluster. `none`: nodes that know nothing of each other. */
  readonly redis?: TestRedis | 'none' | undefined;
  /** Whether all have the same `state.keys`, unless the configuration has some. Default: yes. */
  readonly stateKeys?: boolean;
  /** More of the environment of the nodes, beside PATH. */
  readonly env?: Readonly<Record<string, string>>;
  /** Of the balancer. Default: a free one. */
  readonly port?: number;
}

/** The balancer asks often whether a node is ready. */
const TIMEOUTS = { drainDelay: '600ms' };
const STATE = { keys: [{ id: 'cluster', secret: '0123456789abcdef'.repeat(4) }] };

export class Cluster {
  /** Of the balancer. */
  readonly url: string;
  readonly balancer: Balancer;
  readonly nodes: readonly ClusterNode[];
  readonly #redis: TestRedis | undefined;
  readonly #isOurs: boolean;

  /** Resolves once every node is ready. @throws Error with what they said when one is not */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const { nodes: count = 3, config, env = {}, stateKeys: sharesKeys = true, port } = options;
    const redis = options.redis === 'none' ? undefined : (options.redis ?? (await startRedis()));
    const isOurs = options.redis === undefined;
    const { timeouts = {} } = config as { timeouts?: object };
    const defaults = { ...(sharesKeys ? { state: STATE } : {}), ...config };
    const plan: NodePlan = { config: { ...defaults, timeouts: { ...TIMEOUTS, ...timeouts } }, env, redis };
    const nodes: ClusterNode[] = [];
    try {
      const launched = Array.from({ length: count }, async (_, index) => {
        nodes[index] = await ClusterNode.launch(`n${index}`, plan);
      });
      for (const { reason } of rejected(await Promise.allSettled(launched))) throw reason;
      const balancer = await Balancer.start({ nodes, ...(port === undefined ? {} : { port }) });
      return new Cluster(balancer, nodes, redis, isOurs);
    } catch (error) {
      await Promise.all(nodes.map((node) => node.remove()));
      if (isOurs) await redis?.stop();
      throw error;
    }
  }

  private constructor(
    balancer: Balancer,
    nodes: ClusterNode[],
    redis: TestRedis | undefined,
    isOurs: boolean,
  ) {
    this.balancer = balancer;
    this.url = balancer.url;
    this.nodes = nodes;
    this.#redis = redis;
    this.#isOurs = isOurs;
  }

  /** The URL of HTTP+SSE: of the root, or of a server. */
  sse(server?: string): string {
    return this.#at('sse', server);
  }

  /** The URL of Streamable HTTP. */
  mcp(server?: string): string {
    return this.#at('mcp', server);
  }

  /** The URL of WebSockets. */
  ws(server?: string): string {
    return this.#at('ws', server).replace(/^http/, 'ws');
  }

  /** @throws Error where there is none */
  get redis(): TestRedis {
    if (!this.#redis) throw new Error('This cluster has no Redis.');
    return this.#redis;
  }

  /** @throws Error where there is no such node */
  node(index: number): ClusterNode {
    const node = this.nodes[index];
    if (!node) throw new Error(`There is no node ${index}.`);
    return node;
  }

  /** Resolves once it is gone. */
  kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    return this.node(index).kill(signal);
  }

  /** Starts one that was killed, at the same address; resolves once it is ready and gets requests. */
  async start(index: number): Promise<void> {
    await this.node(index).start();
    await this.balancer.look();
  }

  /** Asks it to end, as a deploy does, and starts it anew. */
  async restart(index: number): Promise<void> {
    await this.kill(index, 'SIGTERM');
    await this.start(index);
  }

  /** Time stands still for it, and nobody is told. */
  pause(index: number): void {
    this.node(index).signal('SIGSTOP');
  }

  resume(index: number): void {
    this.node(index).signal('SIGCONT');
  }

  /** Cuts the wire between a node and Redis; that to its clients stays. See `Wire`. */
  cut(index: number, kind: CutKind = 'silent'): void {
    this.node(index).wire?.cut(kind);
  }

  mend(index: number): void {
    this.node(index).wire?.mend();
  }

  /** What the nodes said last. */
  logs(characters = 4_000): string {
    return this.nodes.map((node) => `— ${node.name}\n${node.said.slice(-characters)}`).join('\n');
  }

  #at(leg: string, server?: string): string {
    return server === undefined
      ? `${this.url}/${leg}`
      : `${this.url}/servers/${encodeURIComponent(server)}/${leg}`;
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    await this.balancer.close();
    await Promise.all(this.nodes.map((node) => node.remove()));
    if (this.#isOurs) await this.#redis?.stop();
  }
}

/** Runs something with a cluster, and ends it however that ends. */
export async function withCluster<T>(
  options: ClusterOptions,
  use: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = await Cluster.start(options);
  try {
    return await use(cluster);
  } catch (error) {
    if (error instanceof Error) error.message += `\n\nWhat the nodes said last:\n${cluster.logs()}`;
    throw error;
  } finally {
    await cluster.stop();
  }
}

function rejected(outcomes: readonly PromiseSettledResult<unknown>[]): PromiseRejectedResult[] {
  return outcomes.filter((outcome) => outcome.status === 'rejected');
}
