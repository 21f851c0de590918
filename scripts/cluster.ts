/**
 * `npm run cluster`: Redis, three gateways with the demo configuration, and a balancer that takes turns, all on 127.0.0.1.
 *
 * What ends is started anew after a while, as an orchestrator does: it may be killed, paused and drained by its process id. `npm run cluster -- --port 9000 --nodes 5` takes another port, and more of them;
 * `--again 10` waits for so many seconds before what ended is started anew. Operators come with `ADMIN_KEY`, or with one that is made.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'jsonc-parser';
import { Cluster } from '../test/support/cluster.ts';
import type { TestRedis } from '../test/support/redis.ts';
import { builtCommand } from './built.ts';

const DEMO = join(import.meta.dirname, '../examples/demo/sluice.json');
const MOST_NODES = 20;

const stopping = new AbortController();
const stopped = new Promise<void>((resolve) => {
  const stop = () => {
    stopping.abort();
    resolve();
  };
  // Each once: a second one ends this process at once, and what it started with it.
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
});

process.exitCode = await main(process.argv.slice(2)).catch(told);

async function main(args: string[]): Promise<number> {
  const { port, nodes, againMs } = read(args);
  builtCommand();
  const adminKey = process.env['ADMIN_KEY'] ?? madeKey();
  const state = { keys: [{ id: 'cluster', secret: madeKey() }] };
  const config = { ...(parse(readFileSync(DEMO, 'utf8')) as object), dataDir: '.sluice', state };
  const cluster = await Cluster.start({ config, port, nodes, env: { ADMIN_KEY: adminKey } });
  try {
    console.log(textOf(cluster, adminKey));
    for (const one of [...cluster.nodes, followed(cluster.redis)]) void follow(one, againMs);
    await stopped;
    return 0;
  } finally {
    await cluster.stop();
  }
}

function madeKey(): string {
  return randomBytes(24).toString('base64url');
}

/** @throws Error with one sentence */
function read(args: string[]): { port: number; nodes: number; againMs: number } {
  const options = {
    port: { type: 'string', default: '8808' },
    nodes: { type: 'string', default: '3' },
    again: { type: 'string', default: '3' },
  } as const;
  const { values } = parseArgs({ args, options });
  const [port, nodes, again] = [Number(values.port), Number(values.nodes), Number(values.again)];
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) throw new Error('--port must be a port.');
  if (!(Number.isInteger(nodes) && nodes >= 1 && nodes <= MOST_NODES))
    throw new Error(`--nodes must be 1 to ${MOST_NODES}.`);
  if (!(again >= 0 && again <= 3_600)) throw new Error('--again must be a number of seconds.');
  return { port, nodes, againMs: again * 1_000 };
}

/** What ends and is started anew: a gateway, or Redis. */
interface Followed {
  readonly name: string;
  readonly pid: number;
  readonly ended: Promise<unknown> | undefined;
  start(): Promise<void>;
}

/** Starts it anew whenever it ends, and says so. */
async function follow(one: Followed, againMs: number): Promise<void> {
  for (;;) {
    const how = await one.ended;
    if (stopping.signal.aborted) return;
    console.log(`  ${one.name} ended (${how}); it is started anew in ${againMs / 1_000} s.`);
    try {
      await sleep(againMs, undefined, { signal: stopping.signal });
      await one.start();
      console.log(`  ${one.name} is back  pid ${one.pid}`);
    } catch (error) {
      if (stopping.signal.aborted) return;
      console.error(error instanceof Error ? error.message : error);
    }
  }
}

function followed(redis: TestRedis): Followed {
  return {
    name: 'redis',
    get pid() {
      return redis.pid;
    },
    get ended() {
      return redis.ended;
    },
    start: () => redis.restart(),
  };
}

function textOf({ url, nodes, redis }: Cluster, adminKey: string): string {
  const [first] = nodes;
  const rows = [
    ['balancer', url, `pid ${process.pid}`],
    ...nodes.map((node) => [node.name, node.url, `pid ${node.pid}`]),
    ['redis', redis.url, `pid ${redis.pid}`],
  ];
  return [
    '',
    '  Several gateways as one; each request goes to the next.',
    '',
    ...rows.map(([name = '', at = '', pid]) => `  ${name.padEnd(9)} ${at.padEnd(26)} ${pid}`),
    '',
    `  clients        ${url}/mcp  or  ${url}/sse`,
    `  look at it     ADMIN_KEY=${adminKey} npx sluice top --nodes ${url}`,
    `  console        ${first?.url}/console/  with the admin key above`,
    `  kill a node    kill -9 ${first?.pid}`,
    `  drain a node   kill ${first?.pid}`,
    `  pause a node   kill -STOP ${first?.pid}; sleep 20; kill -CONT ${first?.pid}`,
    `  kill Redis     kill -9 ${redis.pid}  (it comes back empty)`,
    '  Ctrl-C ends all.',
    '',
  ].join('\n');
}

function told(error: unknown): number {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (isTaken)
    console.error('The port is taken by another program; choose one: npm run cluster -- --port 9000');
  else console.error(error instanceof Error ? error.message : error);
  return 1;
}
