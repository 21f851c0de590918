/** What the settings of a cluster mean, once all of them are known, and what is wrong with them. */
import type { z } from 'zod';
import { type Problem, pathText } from './problems.ts';
import type { cluster } from './schema-cluster.ts';
import type { Source } from './types.ts';

type Written = Readonly<z.output<typeof cluster>>;

export interface ClusterSettings {
  /** Addresses with `redis:` or `rediss:`, at least one, all of them in the same scheme. */
  readonly redis: readonly [string, ...string[]];
  /** Whether they are nodes of one Redis Cluster. */
  readonly sharded: boolean;
  /** How the names of all keys begin. */
  readonly prefix: string;
  /** Where other gateways reach this one, without a slash at its end; undefined: made of where it listens. */
  readonly nodeUrl: string | undefined;
}

const EXAMPLE = '"redis://:password@redis.example.com:6379", or rediss:// for TLS';

/**
 * Undefined where the gateway is alone, and where something is wrong, which is told: without a word of the addresses,
 * which hold passwords.
 */
export function clusterOf(
  { redis: written, sharded: isSharded, prefix, nodeUrl: named }: Written,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): ClusterSettings | undefined {
  const nodeUrl = named === undefined ? undefined : checkNodeUrl(named, sources, problems);
  const [first, ...others] = addressesOf(written);
  if (first === undefined) return undefined;
  // A variable that is not set was told already; what stands in its place is no address.
  if (problems.some(({ path }) => path.startsWith('cluster.redis'))) return undefined;
  const redis = [first, ...others] as const;
  const sharded = isSharded ?? others.length > 0;
  const fault = redisFault(redis, sharded);
  if (fault === undefined) return { redis, sharded, prefix, nodeUrl };
  const path = pathText(['cluster', 'redis', ...(Array.isArray(written) ? [fault.index] : [])]);
  const where = (sources.get(path) ?? sources.get('cluster.redis'))?.where ?? '';
  problems.push({ where, path, message: `${path} ${fault.message}.` });
  return undefined;
}

function addressesOf(written: Written['redis']): readonly string[] {
  if (written === undefined) return [];
  return Array.isArray(written) ? written : written.split(/[\s,]+/).filter((address) => address !== '');
}

function redisFault(
  redis: readonly string[],
  sharded: boolean,
): { readonly index: number; readonly message: string } | undefined {
  const schemes = new Set<string>();
  for (const [index, address] of redis.entries()) {
    const message = addressFault(address, sharded);
    if (message !== undefined) return { index, message };
    schemes.add(new URL(address).protocol);
  }
  if (redis.length > 1 && !sharded)
    return { index: 1, message: 'is one too many where the Redis is no cluster; leave out cluster.sharded' };
  if (schemes.size > 1)
    return { index: 1, message: 'must begin as the others do: all redis:// or all rediss://' };
  return undefined;
}

function addressFault(address: string, sharded: boolean): string | undefined {
  if (!URL.canParse(address)) return `must be an address like ${EXAMPLE}`;
  const { protocol, hostname, pathname, search, hash } = new URL(address);
  if (!/^rediss?:$/.test(protocol) || hostname === '') return `must be an address like ${EXAMPLE}`;
  if (search !== '' || hash !== '')
    return 'must have no "?" and no "#"; write those of a password as %3F and %23';
  if (!/^\/?\d{0,4}$/.test(pathname))
    return 'must end after its port, or with the number of a database like "/2"';
  if (sharded && Number(pathname.slice(1)) > 0) return 'must name no database: a Redis Cluster has one alone';
  return undefined;
}

function checkNodeUrl(
  given: string,
  sources: ReadonlyMap<string, Source>,
  problems: Problem[],
): string | undefined {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain = url && !url.search && !url.hash && !url.username && !url.password && url.pathname === '/';
  if (isPlain && /^https?:$/.test(url.protocol)) return url.origin;
  const path = 'cluster.nodeUrl';
  const message = `${path} must be an address like "http://10.0.0.7:8808", without a path.`;
  problems.push({ where: sources.get(path)?.where ?? '', path, message });
  return undefined;
}

/** Every secret in it: passwords as written and as they are meant. */
export function secretsOfCluster({ redis }: ClusterSettings): readonly string[] {
  return redis
    .map((address) => new URL(address).password)
    .flatMap((password) => [password, decoded(password)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
