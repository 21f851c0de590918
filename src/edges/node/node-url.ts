/** Where the other gateways of a cluster reach this one. */
import { networkInterfaces } from 'node:os';
import { isLoopback } from '../../config/exposure.ts';
import type { Config } from '../../config/types.ts';
import { bracketed } from './bracketed.ts';

type Listening = Pick<Config, 'cluster' | 'host' | 'port' | 'tls'>;

/**
 * The origin under which `/readyz` of this node can be asked by others: as configured, else made of where it listens.
 * Undefined where the gateway is alone.
 * @param port the one it listens on, where any free one was asked for
 */
export function nodeUrlOf({ cluster, host, port, tls }: Listening, listening = port): string | undefined {
  if (!cluster) return undefined;
  if (cluster.nodeUrl !== undefined) return cluster.nodeUrl;
  return originOf({ host, tls: tls !== undefined }, listening);
}

/** Where what listens on a host can be reached from elsewhere. */
export function originOf(
  { host, tls }: { readonly host: string; readonly tls: boolean },
  port: number,
): string {
  const isAll = host === '0.0.0.0' || host === '::';
  return `${tls ? 'https' : 'http'}://${bracketed(isAll ? ownAddress(host) : host)}:${port}`;
}

/**
 * Names under which this node may be called by others beside those that are configured. Where any may be, none is added:
 * a list would take the others away.
 */
export function nodeHosts(config: Listening, configured: readonly string[]): string[] {
  const url = nodeUrlOf(config);
  if (url === undefined || !URL.canParse(url)) return [];
  return configured.length > 0 || isLoopback(config.host) ? [new URL(url).hostname] : [];
}

/** The first address of this machine that others can reach; that of loopback where there is none. */
function ownAddress(host: string): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outer = all.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0);
  const best = outer.find(({ family }) => family === 'IPv4') ?? (host === '::' ? outer[0] : undefined);
  return best?.address ?? (host === '::' ? '::1' : '127.0.0.1');
}
