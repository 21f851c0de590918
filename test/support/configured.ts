/** A gateway of a configuration, as `sluice serve` runs it, in the process of the test; or several: see `gateway-nodes.ts`. */
import { afterFile, afterTest } from './endings.ts';
import { readConfig } from '../../src/config/read.ts';
import type { Config } from '../../src/config/types.ts';
import { type Running, startGateway } from '../../src/edges/node/start.ts';
import type { Observer } from '../../src/node.ts';

const NODES = Number(process.env['CLUSTER'] ?? 1);
const several = NODES > 1 ? await import('./gateway-nodes.ts') : undefined;
await several?.openRedis();

const open = new Set<Running>();

afterTest(async () => {
  const all = [...open];
  open.clear();
  await Promise.all(all.map((running) => running.stop()));
});

afterFile(() => several?.closeRedis());

/** What a file that holds this means; port 0 unless it says otherwise. */
export function configured(file: object, env: Record<string, string> = {}): Config {
  return readConfig(JSON.stringify({ port: 0, ...file }), { file: 'sluice.json', env });
}

/** Starts it; it is stopped after the test. */
export async function serve(config: Config, observer: Observer = {}): Promise<Running> {
  const start = (node: Config) => startGateway(node, { logger: { warn: () => {} }, observer });
  const running = await (several ? several.serveNodes(NODES, config, start) : start(config));
  open.add(running);
  return running;
}
