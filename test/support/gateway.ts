/**
 * A gateway in the process of the test, built through the public library and listening on 127.0.0.1.
 *
 *   const gateway = await startTestGateway({ servers: { fixture: fixtureStdio() } });
 *   await fetch(gateway.mcp(), …)
 *
 * Every gateway is closed after the last test of the file, at the latest, and it is checked then that no process
 * that was started is left.
 */
import { expect } from 'vitest';
import { afterFile } from './endings.ts';
import {
  createGateway,
  type NodeGatewayOptions,
  type Listening,
  type NodeGateway,
  type Observer,
} from '../../src/node.ts';
import { descendants, type ProcessFacts } from './children.ts';
import type { Nodes } from './gateway-nodes.ts';
import { type GatewayEvent, Recorder } from './events.ts';
import { plantIn } from './planted.ts';
import type { BuiltServer, ServerEntry } from './servers.ts';

export type { GatewayEvent } from './events.ts';
export * from './servers.ts';

export interface TestGatewayOptions extends Omit<NodeGatewayOptions, 'servers'> {
  /** By name; the first serves the root routes, unless `default` names another or `merge` puts all of them there. */
  readonly servers: Readonly<Record<string, ServerEntry>>;
}

export interface TestGateway {
  /** The origin, like `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  /** The URL of HTTP+SSE: of the root, or of a server. */
  sse(server?: string): string;
  /** The URL of Streamable HTTP: of the root, or of a server. */
  mcp(server?: string): string;
  /** The URL of WebSockets: of the root, or of a server. */
  ws(server?: string): string;
  readonly gateway: NodeGateway;
  /** How many it is made of. */
  readonly nodes: number;
  readonly listening: Listening;
  /** What the gateway told its observer so far. */
  readonly events: readonly GatewayEvent[];
  /** Looks through the events, and waits for those to come. */
  readonly recorder: Recorder;
  /** Ends the gateway, its servers and its sockets at once. Idempotent. */
  close(): Promise<void>;
}

/** How many gateways, behind a balancer, a test gets where it asks for one: what it sees must be the same. */
const NODES = Number(process.env['CLUSTER'] ?? 1);
const several = NODES > 1 ? await import('./gateway-nodes.ts') : undefined;
await several?.openRedis();

const open = new Set<TestGateway>();
const recorders = new Set<Recorder>();
/** Processes of whoever was there before the tests of the file. */
let before = running();

export async function startTestGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const { servers, observer, ...rest } = options;
  plantIn({ apiKeys: rest.apiKeys, projects: rest.projects, state: rest.state });
  const recorder = new Recorder(observer);
  recorders.add(recorder);
  const isAlone = NODES === 1 || rest.backplane !== undefined;
  const optionsOf = async (): Promise<NodeGatewayOptions> => {
    const built = await build(servers, recorder.observer);
    const [first] = Object.keys(built);
    const root = rest.merge || first === undefined ? {} : { default: first };
    return { ...root, ...rest, servers: built, observer: recorder.observer };
  };
  const {
    gateway,
    listening,
    close: end,
  } = await (several && !isAlone ? several.startNodes(NODES, optionsOf) : one(optionsOf));
  const { port } = listening;
  const url = `http://127.0.0.1:${port}`;
  const at = (leg: string, server?: string) =>
    server === undefined ? `${url}/${leg}` : `${url}/servers/${encodeURIComponent(server)}/${leg}`;
  let closing: Promise<void> | undefined;
  const started: TestGateway = {
    url,
    port,
    sse: (server) => at('sse', server),
    mcp: (server) => at('mcp', server),
    ws: (server) => at('ws', server).replace(/^http/, 'ws'),
    gateway,
    nodes: isAlone ? 1 : NODES,
    listening,
    events: recorder.events,
    recorder,
    close: () => (closing ??= close(started, end)),
  };
  open.add(started);
  return started;
}

async function build(
  servers: TestGatewayOptions['servers'],
  observer: Observer,
): Promise<Record<string, BuiltServer>> {
  const entries = Object.entries(servers).map(async ([name, entry]) => [
    name,
    await entry({ name, observer }),
  ]);
  return Object.fromEntries(await Promise.all(entries)) as Record<string, BuiltServer>;
}

async function one(optionsOf: () => Promise<NodeGatewayOptions>): Promise<Omit<Nodes, 'balancer'>> {
  const gateway = createGateway(await optionsOf());
  const listening = await gateway.listen(0, '127.0.0.1');
  const end = async () => {
    await gateway.close();
    listening.server.closeAllConnections();
    await listening.close();
  };
  return { gateway, listening, close: end };
}

async function close(started: TestGateway, end: () => Promise<void>): Promise<void> {
  // So that the last one to close finds strays by the markers of the children they come from.
  leftovers();
  await end();
  open.delete(started);
}

/** What was started by the tests of this file and still runs. */
export function leftovers(): ProcessFacts[] {
  return descendants().filter(({ pid }) => !before.has(pid));
}

afterFile(async () => {
  if (recorders.size === 0) {
    before = running();
    return;
  }
  try {
    await Promise.all([...open].map((started) => started.close()));
    const told = [...recorders].flatMap((recorder) => recorder.leaks());
    expect(told, 'secrets that were told').toEqual([]);
    expect(leftovers(), 'processes left after the last gateway was closed').toEqual([]);
  } finally {
    recorders.clear();
    before = running();
    await several?.closeRedis();
  }
});

function running(): ReadonlySet<number> {
  return new Set(descendants().map(({ pid }) => pid));
}
