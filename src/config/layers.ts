/** Settings from flags and the environment, laid over those of the file. */
import type { z } from 'zod';
import { complaint } from './explain.ts';
import type { Environment } from './interpolate.ts';
import type { Problem } from './problems.ts';
import { readOauth } from './oauth.ts';
import { admin } from './schema-admin.ts';
import { TRACES_LAYERS } from './layers-traces.ts';
import { METRICS_LAYERS } from './layers-metrics.ts';
import { cluster } from './schema-cluster.ts';
import { limits, log, settings, timeouts } from './schema.ts';
import { tls } from './schema-where.ts';
import type { Source } from './types.ts';

/** What was asked for on the command line; each value as it was typed. */
export interface Flags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly apiKeys?: readonly string[] | undefined;
  readonly dataDir?: string | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
}

type Settings = z.output<typeof settings>;

export interface Layer {
  /** The setting, as a path of the file. */
  readonly path: string;
  readonly schema: z.ZodType;
  /** The first of them that is set counts. */
  readonly variables: readonly string[];
  readonly flag?: string;
  readonly typed?: (flags: Flags) => string | readonly string[] | undefined;
  readonly read: (text: string) => unknown;
}

const asText = (text: string) => text;
const asNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
/** Of a variable that counts seconds. */
const asSeconds = (text: string) => (/^\d{1,7}$/.test(text) ? Number(text) * 1_000 : text);
const asList = (text: string) => text.split(/[\s,]+/).filter((item) => item !== '');
const asLevel = (text: string) => (text.toLowerCase() === 'warning' ? 'warn' : text.toLowerCase());
const asFlag = (text: string) =>
  ({ true: true, '1': true, yes: true, false: false, '0': false, no: false })[text.toLowerCase()];

const { shape } = settings;

/** Every setting that the environment or a flag can give. */
const LAYERS: readonly Layer[] = [
  {
    path: 'host',
    schema: shape.host,
    variables: ['HOST'],
    flag: '--host',
    typed: (f) => f.host,
    read: asText,
  },
  {
    path: 'port',
    schema: shape.port,
    variables: ['PORT'],
    flag: '--port',
    typed: (f) => f.port,
    read: asNumber,
  },
  {
    path: 'publicUrl',
    schema: shape.publicUrl,
    variables: ['PUBLIC_URL'],
    flag: '--public-url',
    typed: (f) => f.publicUrl,
    read: asText,
  },
  { path: 'allowedHosts', schema: shape.allowedHosts, variables: ['ALLOWED_HOSTS'], read: asList },
  {
    path: 'allowedOrigins',
    schema: shape.allowedOrigins,
    variables: ['ALLOWED_ORIGINS', 'CORS_ORIGINS'],
    read: asList,
  },
  { path: 'trustedProxies', schema: shape.trustedProxies, variables: ['TRUSTED_PROXIES'], read: asList },
  {
    path: 'allowedAddresses',
    schema: shape.allowedAddresses,
    variables: ['ALLOWED_ADDRESSES'],
    read: asList,
  },
  { path: 'tls.cert', schema: tls.shape.cert, variables: ['TLS_CERT_FILE'], read: asText },
  { path: 'tls.key', schema: tls.shape.key, variables: ['TLS_KEY_FILE'], read: asText },
  { path: 'tls.passphrase', schema: tls.shape.passphrase, variables: ['TLS_KEY_PASSPHRASE'], read: asText },
  { path: 'tls.ca', schema: tls.shape.ca, variables: ['TLS_CA_FILE'], read: asText },
  {
    path: 'tls.clientCertificates',
    schema: tls.shape.clientCertificates,
    variables: ['TLS_CLIENT_CERTIFICATES'],
    read: asText,
  },
  {
    path: 'apiKeys',
    schema: shape.apiKeys,
    variables: ['API_KEYS'],
    flag: '--api-key',
    typed: (f) => f.apiKeys,
    read: asList,
  },
  { path: 'apiKeyRequired', schema: shape.apiKeyRequired, variables: ['API_KEY_REQUIRED'], read: asFlag },
  {
    path: 'dataDir',
    schema: shape.dataDir,
    variables: ['SLUICE_DATA_DIR'],
    flag: '--data-dir',
    typed: (f) => f.dataDir,
    read: asText,
  },
  {
    path: 'cluster.redis',
    schema: cluster.shape.redis,
    variables: ['REDIS_URL'],
    read: asText,
  },
  { path: 'cluster.sharded', schema: cluster.shape.sharded, variables: ['REDIS_CLUSTER'], read: asFlag },
  { path: 'cluster.prefix', schema: cluster.shape.prefix, variables: ['SLUICE_PREFIX'], read: asText },
  { path: 'cluster.nodeUrl', schema: cluster.shape.nodeUrl, variables: ['SLUICE_NODE_URL'], read: asText },
  { path: 'admin.enabled', schema: admin.shape.enabled, variables: ['ADMIN_ENABLED'], read: asFlag },
  { path: 'admin.key', schema: admin.shape.key, variables: ['ADMIN_KEY'], read: asText },
  { path: 'sse', schema: shape.sse, variables: ['SSE_ENABLED'], read: asFlag },
  {
    path: 'limits.streams',
    schema: limits.shape.streams,
    variables: ['SSE_MAX_CONNECTIONS'],
    read: asNumber,
  },
  {
    path: 'limits.callsPerMinute',
    schema: limits.shape.callsPerMinute,
    variables: ['RATE_LIMIT_PER_MINUTE'],
    read: asNumber,
  },
  { path: 'limits.burst', schema: limits.shape.burst, variables: ['RATE_LIMIT_BURST'], read: asNumber },
  {
    path: 'timeouts.heartbeat',
    schema: timeouts.shape.heartbeat,
    variables: ['SSE_HEARTBEAT_INTERVAL'],
    read: asNumber,
  },
  {
    path: 'timeouts.sseIdle',
    schema: timeouts.shape.sseIdle,
    variables: ['SSE_SESSION_TIMEOUT_SECONDS'],
    read: asSeconds,
  },
  {
    path: 'timeouts.sweep',
    schema: timeouts.shape.sweep,
    variables: ['SSE_CLEANUP_INTERVAL_SECONDS'],
    read: asSeconds,
  },
  {
    path: 'log.level',
    schema: log.shape.level,
    variables: ['LOG_LEVEL'],
    flag: '--log-level',
    typed: (f) => f.logLevel,
    read: asLevel,
  },
  {
    path: 'log.format',
    schema: log.shape.format,
    variables: ['LOG_FORMAT'],
    flag: '--log-format',
    typed: (f) => f.logFormat,
    read: (text) => text.toLowerCase(),
  },
];

/**
 * The settings with flags and environment laid over: flag before environment before file before default.
 * An empty variable counts as not set; a list replaces the one beneath it.
 * @param sources where the values of the file stand; what is laid over is written into it
 */
export function overlay(
  base: Settings,
  flags: Flags,
  env: Environment,
  sources: Map<string, Source>,
  problems: Problem[],
): Settings {
  const result: Settings = {
    ...base,
    log: { ...base.log },
    limits: { ...base.limits },
    timeouts: { ...base.timeouts },
    tls: { ...base.tls },
    cluster: { ...base.cluster },
    admin: { ...base.admin },
    traces: { ...base.traces },
    metrics: { ...base.metrics },
  };
  for (const layer of [...LAYERS, ...METRICS_LAYERS, ...TRACES_LAYERS]) {
    const given = firstGiven(layer, flags, env);
    if (!given) continue;
    const checked = layer.schema.safeParse(given.value);
    if (!checked.success || given.value === undefined) {
      const [issue] = checked.error?.issues ?? [];
      const wrong = issue ? complaint(issue, undefined) : 'must be true or false';
      problems.push({
        where: given.source.where,
        path: layer.path,
        message: `${layer.path} ${plain(wrong)}.`,
      });
      continue;
    }
    forgetBeneath(sources, layer.path);
    sources.set(layer.path, given.source);
    assign(result, layer.path, checked.data);
  }
  result.oauth = readOauth(base.oauth, env, sources, problems);
  return result;
}

function firstGiven(
  layer: Layer,
  flags: Flags,
  env: Environment,
): { value: unknown; source: Source } | undefined {
  const typed = layer.typed?.(flags);
  if (typed !== undefined && layer.flag) {
    const value = typeof typed === 'string' ? layer.read(typed) : [...typed];
    return { value, source: { kind: 'flag', where: layer.flag } };
  }
  for (const variable of layer.variables) {
    const text = Object.hasOwn(env, variable) ? env[variable]?.trim() : undefined;
    if (text === undefined || text === '') continue;
    return { value: layer.read(text), source: { kind: 'environment', where: variable } };
  }
  return undefined;
}

/** A value from the environment was no "missing" one. */
function plain(wrong: string): string {
  return wrong.replace(/^is missing; it /, '');
}

function forgetBeneath(sources: Map<string, Source>, path: string): void {
  for (const known of sources.keys()) if (known.startsWith(`${path}[`)) sources.delete(known);
}

function assign(target: Settings, path: string, value: unknown): void {
  const [first = '', second] = path.split('.');
  const whole = target as Record<string, unknown>;
  const holder = second === undefined ? whole : (whole[first] as Record<string, unknown>);
  holder[second ?? first] = value;
}
