/** Settings from flags and the environment, laid over those of the file. */
import type { z } from 'zod';
import { complaint } from './explain.ts';
import type { Environment } from './interpolate.ts';
import type { Problem } from './problems.ts';
import { log, settings } from './schema.ts';
import type { Source } from './types.ts';

/** What was asked for on the command line; each value as it was typed. */
export interface Flags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly publicUrl?: string | undefined;
  readonly apiKeys?: readonly string[] | undefined;
  readonly logLevel?: string | undefined;
  readonly logFormat?: string | undefined;
}

type Settings = z.output<typeof settings>;

interface Layer {
  /** The setting, as a path of the file. */
  readonly path: string;
  readonly schema: z.ZodType;
  readonly variable: string;
  readonly flag?: string;
  readonly typed?: (flags: Flags) => string | readonly string[] | undefined;
  readonly read: (text: string) => unknown;
}

const asText = (text: string) => text;
const asNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text);
const asList = (text: string) => text.split(/[\s,]+/).filter((item) => item !== '');
const asLevel = (text: string) => (text.toLowerCase() === 'warning' ? 'warn' : text.toLowerCase());
const asFlag = (text: string) =>
  ({ true: true, '1': true, yes: true, false: false, '0': false, no: false })[text.toLowerCase()];

const { shape } = settings;

/** Every setting that the environment or a flag can give. */
const LAYERS: readonly Layer[] = [
  { path: 'host', schema: shape.host, variable: 'HOST', flag: '--host', typed: (f) => f.host, read: asText },
  {
    path: 'port',
    schema: shape.port,
    variable: 'PORT',
    flag: '--port',
    typed: (f) => f.port,
    read: asNumber,
  },
  {
    path: 'publicUrl',
    schema: shape.publicUrl,
    variable: 'PUBLIC_URL',
    flag: '--public-url',
    typed: (f) => f.publicUrl,
    read: asText,
  },
  { path: 'allowedHosts', schema: shape.allowedHosts, variable: 'ALLOWED_HOSTS', read: asList },
  { path: 'allowedOrigins', schema: shape.allowedOrigins, variable: 'ALLOWED_ORIGINS', read: asList },
  {
    path: 'apiKeys',
    schema: shape.apiKeys,
    variable: 'API_KEYS',
    flag: '--api-key',
    typed: (f) => f.apiKeys,
    read: asList,
  },
  { path: 'apiKeyRequired', schema: shape.apiKeyRequired, variable: 'API_KEY_REQUIRED', read: asFlag },
  {
    path: 'log.level',
    schema: log.shape.level,
    variable: 'LOG_LEVEL',
    flag: '--log-level',
    typed: (f) => f.logLevel,
    read: asLevel,
  },
  {
    path: 'log.format',
    schema: log.shape.format,
    variable: 'LOG_FORMAT',
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
  const result: Settings = { ...base, log: { ...base.log } };
  for (const layer of LAYERS) {
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
  const text = Object.hasOwn(env, layer.variable) ? env[layer.variable]?.trim() : undefined;
  if (text === undefined || text === '') return undefined;
  return { value: layer.read(text), source: { kind: 'environment', where: layer.variable } };
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
  const holder = (second === undefined ? target : target.log) as Record<string, unknown>;
  holder[second ?? first] = value;
}
