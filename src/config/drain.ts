/** How long a gateway that is told to stop may take. */
import type { Config } from './types.ts';

/** Balancers ask every few seconds whether a node is ready. */
const CLUSTER_DELAY_MS = 5_000;

/** How long it goes on with its sessions, so that others notice that it is not ready. */
export function drainDelayOf({ cluster, timeouts }: Config): number {
  return timeouts.drainDelay ?? (cluster ? CLUSTER_DELAY_MS : 0);
}

/** The same, and what calls in flight have after that. */
export function drainMsOf(config: Config): number {
  return drainDelayOf(config) + config.timeouts.drain;
}
