/** What changed between two configurations, so that a reload touches nothing else. */
import { everyServer, type Placed, serverId } from './every-server.ts';
import { fixedLimits, liveLimits, withLimitsOf, withoutLimits } from './live-limits.ts';
import { pathText } from './problems.ts';
import type { Config, ProjectConfig, ServerConfig } from './types.ts';

/** Servers are named as in the whole gateway: those of a project as `project/server`. */
export interface ConfigDiff {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Servers whose entry differs: their sessions end and they start anew. */
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
  /** Top-level settings that differ and can be taken over while running. */
  readonly settings: readonly (keyof Config)[];
  /** Top-level settings that differ and need a restart. */
  readonly restart: readonly (keyof Config)[];
}

const LIVE = [
  ...([
    'publicUrl',
    'allowedHosts',
    'allowedOrigins',
    'apiKeys',
    'apiKeyRequired',
    'oauth',
    'policy',
    'default',
  ] as const),
  ...(['merge', 'dialect', 'sse', 'state', 'trustedProxies', 'allowedAddresses', 'admin'] as const),
] as const;
/** Where we listen, and what was sized when the engine was made. */
const FIXED = [
  'host',
  'port',
  'tls',
  'dataDir',
  'cluster',
  'audit',
  'traces',
  'limits',
  'timeouts',
  'metrics',
  'log',
] as const;

/**
 * Compares the resolved values, so a rewritten file that means the same changes nothing. A time-out that an entry
 * has from `timeouts` counts as a change of `timeouts` alone: it must not end the sessions of every server.
 * @param before what is in force; see `inForce`
 */
export function diffConfig(before: Config, after: Config): ConfigDiff {
  const old = new Map(everyServer(before).map((placed) => [placed.id, placed]));
  const fresh = new Map(everyServer(after).map((placed) => [placed.id, placed]));
  const kept = [...fresh.keys()].filter((name) => old.has(name));
  const differs = (name: string) => {
    const [was, is] = [old.get(name), fresh.get(name)];
    if (!was || !is) return true;
    return !sameValue(withoutLimits(was.server), withoutLimits(withInherited(is, was.server, before, after)));
  };
  const settings: (keyof Config)[] = LIVE.filter((key) => !sameValue(before[key], after[key]));
  if (!sameValue(before.projects.map(rulesOf), after.projects.map(rulesOf))) settings.push('projects');
  if (!sameValue(limitsOf(before), limitsOf(after))) settings.push('limits');
  return {
    added: [...fresh.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !fresh.has(name)),
    changed: kept.filter(differs),
    unchanged: kept.filter((name) => !differs(name)),
    settings,
    restart: FIXED.filter((key) => !sameValue(fixed(before, key), fixed(after, key))),
  };
}

/** What is counted within a time can be taken over; other limits cannot. */
function fixed(config: Config, key: (typeof FIXED)[number]): unknown {
  return key === 'limits' ? fixedLimits(config.limits) : config[key];
}

/** Of the gateway and of the servers. */
function limitsOf(config: Config): unknown {
  const entries = everyServer(config).flatMap(({ id, server: { limits, toolLimits } }) =>
    limits || toolLimits ? [[id, { limits, toolLimits }]] : [],
  );
  return [liveLimits(config.limits), Object.fromEntries(entries)];
}

/** A project without its servers, which are compared one by one. */
function rulesOf({ servers, ...rules }: ProjectConfig): unknown {
  return { ...rules, names: servers.map(({ name }) => name) };
}

/**
 * What is in force after a reload from `before` to `after`: what needs a restart stays as it was, and so do servers
 * that did not change.
 */
export function inForce(before: Config, after: Config): Config {
  const unchanged = new Set(diffConfig(before, after).unchanged);
  const kept = new Map(
    everyServer(before).map(({ id, server }) => [id, unchanged.has(id) ? server : undefined]),
  );
  const keep = (id: string, server: ServerConfig): ServerConfig => {
    const known = kept.get(id);
    return known ? withLimitsOf(known, server) : server;
  };
  const { host, port, tls, dataDir, cluster, audit, traces, metrics, timeouts, log } = before;
  const limits = { ...before.limits, ...liveLimits(after.limits) };
  return {
    ...after,
    ...({ host, port, tls, dataDir, cluster, audit, traces, metrics, limits, timeouts, log } satisfies Pick<
      Config,
      (typeof FIXED)[number]
    >),
    servers: after.servers.map((server) => keep(server.name, server)),
    projects: after.projects.map((project) => ({
      ...project,
      servers: project.servers.map((server) => keep(serverId(project.name, server.name), server)),
    })),
  };
}

/** The fresh entry with the time-outs of the old one where neither of the two names them itself. */
function withInherited({ server: is, path: at }: Placed, was: ServerConfig, before: Config, after: Config) {
  const isInherited = (key: 'startTimeout' | 'requestTimeout') => {
    const path = pathText([...at, key]);
    return !before.sources.has(path) && !after.sources.has(path);
  };
  return {
    ...is,
    ...(isInherited('startTimeout') ? { startTimeout: was.startTimeout } : {}),
    ...(isInherited('requestTimeout') ? { requestTimeout: was.requestTimeout } : {}),
  };
}

/** Deep equality of plain values; the order of members does not count, that of elements does. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = new Map(Object.entries(a).filter(([, value]) => value !== undefined));
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined));
  if (left.size !== right.size) return false;
  for (const [key, value] of left) if (!right.has(key) || !sameValue(value, right.get(key))) return false;
  return true;
}
