/**
 * Where a test asks for a gateway, several of them behind a balancer that takes turns: `npm run cluster-features`, or
 * `CLUSTER=3 vitest run --hookTimeout 600000 test/matrix`.
 *
 * They are gateways of the library in the process of the test, each with servers and a socket of its own; what they share is in
 * a real Redis, one for all gateways of a file. (Nodes that are processes: `cluster.ts`.)
 */
import { createGateway, type NodeGateway, type Listening, type NodeGatewayOptions } from '../../src/node.ts';
import { redisBackplane } from '../../src/redis.ts';
import { nodeRuntime } from '../../src/edges/node/runtime.ts';
import type { Config } from '../../src/config/types.ts';
import type { Running } from '../../src/edges/node/start.ts';
import { Balancer, type Upstream } from './balancer.ts';
import { startRedis, type TestRedis } from './redis.ts';

interface Node extends Upstream {
  readonly gateway: NodeGateway;
  readonly listening: Listening;
}

export interface Nodes {
  readonly balancer: Balancer;
  /** All of them, as far as they can be taken for one. */
  readonly gateway: NodeGateway;
  readonly listening: Listening;
  close(): Promise<void>;
}

let redis: TestRedis | undefined;
let started = 0;

/** The Redis of the test's file: before its first gateway. */
export async function openRedis(): Promise<void> {
  redis ??= await startRedis();
}

export async function closeRedis(): Promise<void> {
  await redis?.stop();
  redis = undefined;
}

function redisUrl(): string {
  if (!redis) throw new Error('There is no Redis yet.');
  return redis.url;
}

/** @param optionsOf those of one node, with servers that no other has */
export async function startNodes(
  count: number,
  optionsOf: () => Promise<NodeGatewayOptions>,
): Promise<Nodes> {
  const prefix = `nodes${++started}`;
  const nodes: Node[] = [];
  for (let at = 0; at < count; at++) nodes.push(await startNode(`n${at}`, prefix, await optionsOf()));
  const balancer = await Balancer.start({ nodes, tells: false });
  const close = async () => {
    await balancer.close();
    await Promise.all(nodes.map(end));
  };
  return { balancer, gateway: asOne(nodes), listening: listeningOf(balancer, nodes), close };
}

async function startNode(name: string, prefix: string, options: NodeGatewayOptions): Promise<Node> {
  if (!redis) throw new Error('There is no Redis yet.');
  const backplane = await redisBackplane({
    url: redis.url,
    runtime: nodeRuntime,
    prefix,
    log: options.log ?? {},
  });
  const gateway = createGateway({ ...options, backplane });
  const listening = await gateway.listen(0, '127.0.0.1');
  return { name, url: `http://127.0.0.1:${listening.port}`, gateway, listening };
}

/** The same of a configuration. */
export async function serveNodes(
  count: number,
  config: Config,
  start: (config: Config) => Promise<Running>,
): Promise<Running> {
  const cluster = {
    redis: [redisUrl()] as const,
    sharded: false,
    prefix: `nodes${++started}`,
    nodeUrl: undefined,
  };
  const nodes: Running[] = [];
  // Only the balancer is where others look for it.
  const asNode = (each: Config): Config => ({ ...each, cluster, port: 0 });
  for (let at = 0; at < count; at++) nodes.push(await start(asNode(config)));
  const upstreams = nodes.map(({ url }, at) => ({ name: `n${at}`, url }));
  const balancer = await Balancer.start({ nodes: upstreams, port: config.port, tells: false });
  const all = async (what: (node: Running) => Promise<void>) => void (await Promise.all(nodes.map(what)));
  const [first] = nodes as [Running];
  return {
    url: balancer.url,
    servers: first.servers,
    reload: (next) => all((node) => node.reload(asNode(next))),
    consoleToken: () => first.consoleToken(),
    renew: () => all((node) => node.renew()),
    drain: () => all((node) => node.drain()),
    stop: async () => {
      await balancer.close();
      await all((node) => node.stop());
    },
  };
}

/** What is asked of it, all of them do; each request is another's. */
function asOne(nodes: readonly Node[]): NodeGateway {
  let turn = 0;
  const next = () => (nodes[turn++ % nodes.length] as Node).gateway;
  const all = async (what: 'drain' | 'close') => {
    await Promise.all(nodes.map(({ gateway }) => gateway[what]()));
  };
  return {
    fetch: (request) => next().fetch(request),
    node: (request, response) => next().node(request, response),
    upgrade: (request, socket, head) => next().upgrade(request, socket, head),
    join: async () => {},
    listen: () => Promise.reject(new Error('They listen already.')),
    drain: () => all('drain'),
    close: () => all('close'),
  };
}

function listeningOf(balancer: Balancer, nodes: readonly Node[]): Listening {
  const [first] = nodes as [Node];
  return { ...first.listening, port: balancer.port };
}

async function end({ gateway, listening }: Node): Promise<void> {
  await gateway.close();
  listening.server.closeAllConnections();
  await listening.close();
}
