/** A configuration for people: each value, where it came from, and no secrets. */
import { formatInstant } from './instants.ts';
import { pathText } from './problems.ts';
import { looksSecret, MASK, maskCredentials, scrub } from './secrets.ts';
import type { Config, ProjectConfig, Source } from './types.ts';
import { formatDuration, formatSize } from './units.ts';

export interface Row {
  readonly path: string;
  /** A plain value, or an empty list or object; secrets are `***`. */
  readonly value: unknown;
  readonly source: Source;
}

const SHOWN = [
  ...(['host', 'port', 'publicUrl', 'allowedHosts', 'allowedOrigins', 'apiKeys', 'apiKeyRequired'] as const),
  ...(['trustedProxies', 'allowedAddresses', 'tls'] as const),
  ...([
    'oauth',
    'dataDir',
    'policy',
    'default',
    'merge',
    'dialect',
    'sse',
    'state',
    'cluster',
    'admin',
    'audit',
    'traces',
    'metrics',
    'limits',
    'timeouts',
    'log',
  ] as const),
] as const;

/** One row for each value; settings first, then the servers in their order. */
export function describeConfig(config: Config): Row[] {
  const rows: Row[] = [];
  for (const key of SHOWN) {
    if (config[key] !== undefined) flatten([key], config[key], config, rows);
  }
  for (const { name, ...server } of config.servers) flatten(['mcpServers', name], server, config, rows);
  for (const name of config.disabled) flatten(['mcpServers', name, 'disabled'], true, config, rows);
  for (const project of config.projects) describeProject(project, config, rows);
  return rows;
}

function describeProject(project: ProjectConfig, config: Config, rows: Row[]): void {
  const { name, servers, disabled, shared, ...rules } = project;
  const path = ['projects', name];
  flatten(path, { ...rules, servers: shared }, config, rows);
  for (const { name: own, ...server } of servers) flatten([...path, 'mcpServers', own], server, config, rows);
  for (const own of disabled) flatten([...path, 'mcpServers', own, 'disabled'], true, config, rows);
}

function flatten(path: readonly (string | number)[], value: unknown, config: Config, rows: Row[]): void {
  if (value === undefined) return;
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) {
      flatten([...path, Array.isArray(value) ? Number(key) : key], child, config, rows);
    }
    return;
  }
  rows.push({ path: pathText(path), value: shown(path, value, config), source: sourceOf(path, config) });
}

function shown(path: readonly (string | number)[], value: unknown, config: Config): unknown {
  if (isSecret(path)) return MASK;
  if (typeof value !== 'string') return value;
  // A password may be too short to be looked for.
  return scrub(path[0] === 'cluster' ? maskCredentials(value) : value, config.secrets);
}

const DURATIONS = [
  /^timeouts\./,
  /^limits\.overload\.(?:delay|for)$/,
  /^audit\.retention$/,
  /^metrics\.interval$/,
  /^oauth\.(?:clockSkew|introspection\.cache)$/,
  /(?:^|\.)merge\.wait$/,
  /^(?:projects|mcpServers)\..*(?:Timeout|\.healthInterval|\.cache\.\w+)$/,
];

/** The value of a row as it could be written into the file, times and sizes with their unit. */
export function valueText({ path, value }: Row): string {
  if (typeof value !== 'number') return JSON.stringify(value);
  if (DURATIONS.some((pattern) => pattern.test(path))) return `"${formatDuration(value)}"`;
  if (/(?:^|\.)apiKeys\[\d+\]\.expires$/.test(path)) return `"${formatInstant(value)}"`;
  if (/^limits\.\w*[bB]ytes$|^audit\.maxSize$|^(?:projects|mcpServers)\..*\.maxMemory$/.test(path))
    return `"${formatSize(value)}"`;
  return JSON.stringify(value);
}

/** By its name: a key of the gateway, or a telling name inside an environment, headers or options. */
function isSecret(path: readonly (string | number)[]): boolean {
  const within = path[0] === 'projects' ? path.slice(2) : path;
  if (within[0] === 'apiKeys') return within.at(-1) === 'key';
  if (within[0] === 'tls') return within.at(-1) === 'passphrase';
  if (within[0] === 'admin') return within.at(-1) === 'key';
  if (within[0] === 'oauth') return within.at(-1) === 'clientSecret';
  if (within[0] === 'state') return within.at(-1) === 'secret';
  if (within[0] !== 'mcpServers' || within.length < 4) return false;
  if (within[2] === 'envPerPrincipal') return true;
  return within.slice(3).some((step) => typeof step === 'string' && looksSecret(step));
}

/** Its own place, or that of the nearest value around it that was written as a whole. */
function sourceOf(path: readonly (string | number)[], config: Config): Source {
  for (let length = path.length; length > 0; length--) {
    const source = config.sources.get(pathText(path.slice(0, length)));
    if (source) return source;
  }
  return { kind: 'default', where: '' };
}
