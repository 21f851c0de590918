/** What the first word of `call` and `list` means: an address, or a server of the configuration. */
import { everyServer } from '../../config/every-server.ts';
import { suggest } from '../../config/suggest.ts';
import { ConfigError } from '../../config/problems.ts';
import type { Config, ServerConfig } from '../../config/types.ts';
import { usage } from '../exit.ts';
import type { Io } from '../io.ts';
import { loadConfig } from '../load.ts';
import type { Target } from './connect.ts';

export interface TargetOptions {
  readonly io: Io;
  readonly config?: string | undefined;
  /** `Name: value`, as typed. */
  readonly headers: readonly string[];
  readonly apiKey?: string | undefined;
}

/** @throws CliError when the word names nothing */
export async function resolveTarget(word: string, options: TargetOptions): Promise<Target> {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word))
    return { kind: 'url', url: readUrl(word), headers: headersFor(options) };
  const config = await read(options);
  const server = usable(config).find(({ name }) => name === word);
  if (server) return { kind: 'server', server: withHeaders(server, options) };
  refuseDisabled(word, config);
  const names = [...new Set([...usable(config).map(({ name }) => name), ...config.disabled])];
  const near = suggest(word, names);
  const hint = near === undefined ? `it has ${names.join(', ') || 'none'}` : `did you mean "${near}"`;
  throw usage(`The configuration has no server "${word}"; ${hint}${near === undefined ? '.' : '?'}`);
}

/** Every server of the configuration that a client can use: those that are served, and those behind a URL. */
export async function configured(options: TargetOptions): Promise<readonly ServerConfig[]> {
  return usable(await read(options));
}

async function read({ io, config: file }: TargetOptions): Promise<Config> {
  return (await loadConfig({ file, cwd: io.cwd, env: io.env })).config;
}

/** A disabled entry with a URL is only kept from being served. Servers of a project are called `project/server`. */
function usable(config: Config): ServerConfig[] {
  const served = everyServer(config).map(({ id, server }) => ({ ...server, name: id }));
  return [...served, ...config.unserved.flatMap((entry) => ('server' in entry ? [entry.server] : []))];
}

function refuseDisabled(word: string, { disabled, unserved }: Config): void {
  for (const entry of unserved) {
    if (entry.name === word && 'problems' in entry) throw new ConfigError(entry.problems);
  }
  if (!disabled.includes(word)) return;
  throw usage(`The server "${word}" is disabled in the configuration; remove its "disabled" to use it.`);
}

export function readUrl(word: string): URL {
  const url = URL.canParse(word) ? new URL(word) : undefined;
  if (url?.username || url?.password) {
    throw usage('An address holds no user and password here; send them with --header "Authorization: …".');
  }
  if (url && /^(?:https?|wss?):$/.test(url.protocol)) return url;
  throw usage(`${JSON.stringify(word)} is no address; write one like http://127.0.0.1:8808/mcp.`);
}

function withHeaders(server: ServerConfig, options: TargetOptions): ServerConfig {
  if (server.type === 'stdio' || server.type === 'inprocess') return server;
  return { ...server, headers: { ...server.headers, ...headersFor(options) } };
}

/** A flag goes before SLUICE_API_KEY, and a header written out goes before both. */
export function headersFor({
  headers,
  apiKey,
  io,
}: Pick<TargetOptions, 'headers' | 'apiKey' | 'io'>): Record<string, string> {
  const key = apiKey ?? io.env['SLUICE_API_KEY'];
  const result: Record<string, string> = {};
  if (key !== undefined && key !== '') result['authorization'] = `Bearer ${key}`;
  for (const header of headers) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t\x20-\x7e]*)$/.exec(header) ?? [];
    if (name === undefined || value === undefined) {
      throw usage('A header is written as --header "Name: value".');
    }
    result[name.toLowerCase()] = value.trim();
  }
  return result;
}
