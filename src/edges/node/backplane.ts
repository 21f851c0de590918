/** What a configured gateway shares with others: loaded only where there is something to share. */
import type { Config } from '../../config/types.ts';
import type { Gateway } from '../../engine/gateway.ts';
import type { Backplane } from '../../engine/ports-backplane.ts';
import type { Troubles } from '../../engine/ports-degraded.ts';
import type { Composed } from '../compose.ts';
import { ClusterFault } from './cluster-fault.ts';
import { nodeUrlOf } from './node-url.ts';
import { nodeRuntime } from './runtime.ts';

/** Undefined where it is alone. @throws ClusterFault with one sentence and its place where Redis cannot be reached */
export async function backplaneOf(config: Config, troubles: Troubles): Promise<Backplane | undefined> {
  const { cluster, limits } = config;
  if (!cluster) return undefined;
  const { redisBackplane } = await import('../../backplanes/redis/backplane.ts');
  const { redis, sharded, prefix } = cluster;
  const { logEvents: events, logBytes: bytes, logTotalBytes: totalBytes } = limits;
  const opening = redisBackplane({
    url: redis,
    sharded,
    prefix,
    runtime: nodeRuntime,
    log: { events, bytes, totalBytes },
    troubles,
  });
  return opening.catch((error: unknown) => refuse(config, error));
}

function refuse({ sources }: Config, error: unknown): never {
  const { where = 'cluster.redis' } = sources.get('cluster.redis') ?? sources.get('cluster.redis[0]') ?? {};
  const reason = error instanceof Error ? error.message : String(error);
  throw new ClusterFault(`${where}: ${reason}`, { cause: error });
}

/** Troubles of what is there before the gateway that tells of them. */
export class LateTroubles implements Troubles {
  #gateway: Gateway | undefined;

  tellBy(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  set(code: string, message: string, forMs?: number): void {
    this.#gateway?.context.degraded.set(code, message, forMs);
  }

  clear(code: string): void {
    this.#gateway?.context.degraded.clear(code);
  }
}

/**
 * Takes its place among the others, and agrees with them on what seals: before anybody is served, where its port is known.
 * @param port the one it listens on; undefined: it does not yet
 * @throws ClusterFault where Redis cannot be reached
 */
export async function joinOthers(composed: Composed, config: Config, port?: number): Promise<void> {
  const { cluster } = composed.gateway;
  const isKnown = port !== undefined || config.port !== 0;
  const isDone = port !== undefined && config.port !== 0;
  if (!cluster || !isKnown || isDone) return;
  try {
    await cluster.join(nodeUrlOf(config, port));
    await composed.agree();
  } catch (error) {
    refuse(config, error);
  }
}
