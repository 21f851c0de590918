/** What `sluice stdio` is to stand in front of: an address, a module, a command, or a configuration. */
import { isAbsolute } from 'node:path';
import process from 'node:process';
import { everyServer } from '../config/every-server.ts';
import type { Flags } from '../config/layers.ts';
import { managedHeader, type OneLiner } from '../config/one-liner.ts';
import { ConfigError } from '../config/problems.ts';
import { readOneLiner } from '../config/read.ts';
import { suggest } from '../config/suggest.ts';
import type { Config, RemoteServer } from '../config/types.ts';
import { headersFor, readUrl } from './client/target.ts';
import { missingCommands } from './commands-exist.ts';
import { usage } from './exit.ts';
import type { Io } from './io.ts';
import { loadConfig, withPaths } from './load.ts';
import { loadModule, type MakeServer, moduleFile } from './module.ts';
import { readVariables } from './variables.ts';

/** As typed. */
export interface StdioWords {
  /** An address, a file, or the name of a server. */
  readonly target: string | undefined;
  /** What stands behind `--`. */
  readonly command: readonly string[];
  readonly config: string | undefined;
  readonly type: string | undefined;
  /** `Name: value`. */
  readonly headers: readonly string[];
  readonly apiKey: string | undefined;
  /** `NAME` or `NAME=value`, for a command. */
  readonly variables: readonly string[];
  readonly flags: Flags;
}

export interface StdioTarget {
  readonly config: Config;
  /** Servers that no configuration can name. */
  readonly servers: readonly MakeServer[];
}

const TYPES: Readonly<Record<string, RemoteServer['type']>> = {
  http: 'http',
  'streamable-http': 'http',
  sse: 'sse',
  ws: 'ws',
};

/**
 * @throws CliError when it cannot be served, in one sentence
 * @throws ConfigError when a configuration cannot be used
 */
export async function stdioTarget(io: Io, words: StdioWords): Promise<StdioTarget> {
  const target = await find(io, words);
  const problems = await missingCommands(target.config, io.env, io.cwd);
  if (problems.length > 0) throw new ConfigError(problems);
  return target;
}

async function find(io: Io, words: StdioWords): Promise<StdioTarget> {
  const { target, command, config, flags } = words;
  refuseMixed(words);
  const alone = (line?: OneLiner) => withPaths(readOneLiner(line, { env: io.env, flags }), io.cwd);
  if (command.length > 0) return { config: alone(commandLine(io, words)), servers: [] };
  if (target !== undefined && isUrl(target))
    return { config: alone(remoteLine(io, target, words)), servers: [] };
  if (target !== undefined && config === undefined && isModule(target)) {
    const { kind, path } = await moduleFile(target, io.cwd);
    if (kind === 'module') return { config: alone(), servers: [await loadModule(path)] };
    return { config: alone({ command: process.execPath, args: [path], env: {} }), servers: [] };
  }
  if (target !== undefined && config === undefined && /\.jsonc?$/.test(target))
    return { config: rootOf(await read(io, target, flags)), servers: [] };
  const known = await read(io, config, flags);
  return { config: target === undefined ? rootOf(known) : one(known, target), servers: [] };
}

function refuseMixed({ target, command, config, type, headers, variables }: StdioWords): void {
  if (command.length > 0 && (target !== undefined || config !== undefined))
    throw usage('Name one thing to serve: a command behind --, or a target before it, not both.');
  const isRemote = target !== undefined && isUrl(target);
  if (isRemote && config !== undefined)
    throw usage('Name one thing to serve: an address, or a configuration with --config, not both.');
  if (!isRemote && (type !== undefined || headers.length > 0))
    throw usage(
      '--type and --header are for a server behind a URL; others have them in their configuration.',
    );
  if (command.length === 0 && variables.length > 0)
    throw usage('--env is for a command behind --; servers of a configuration have it in their entry.');
}

function isUrl(target: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
}

/** What is no name of a server: those have no slash that leads anywhere, and no such ending. */
function isModule(target: string): boolean {
  return /\.[cm]?[jt]s$/.test(target) || /^\.{1,2}\//.test(target) || isAbsolute(target);
}

function commandLine(io: Io, { command, variables }: StdioWords): OneLiner {
  const [name = '', ...args] = command;
  return { command: name, args, env: readVariables(variables, io) };
}

function remoteLine(io: Io, target: string, { type, headers, apiKey }: StdioWords): OneLiner {
  const { href: url, protocol } = readUrl(target);
  const known = type === undefined ? undefined : TYPES[type];
  if (type !== undefined && known === undefined)
    throw usage(`--type must be http, sse or ws, not ${JSON.stringify(type)}.`);
  if (known !== undefined && (known === 'ws') !== /^wss?:$/.test(protocol))
    throw usage('--type ws is for addresses that begin with ws:// or wss://, and for those alone.');
  const sent = headersFor({ headers, apiKey, io });
  const managed = managedHeader(sent);
  if (managed !== undefined)
    throw usage(`The header "${managed}" is set by the gateway itself; leave it out.`);
  return { url, type: known, headers: sent };
}

async function read(io: Io, file: string | undefined, flags: Flags): Promise<Config> {
  const { config } = await loadConfig({ file, cwd: io.cwd, env: io.env, flags });
  return config;
}

/** What stands at its root: over one pair of streams there is one way in. */
function rootOf(config: Config): Config {
  if (config.servers.length > 0) return { ...config, projects: [] };
  const [first] = everyServer(config);
  const fix = first ? `name one of a project, like ${first.id}` : 'add one to "mcpServers"';
  throw usage(`The configuration has no servers of its own; ${fix}.`);
}

/** The configuration with that server alone; one of a project is called `project/server`. */
function one(config: Config, name: string): Config {
  const placed = everyServer(config);
  const found = placed.find(({ id }) => id === name);
  if (found) {
    const server = { ...found.server, name: found.id.replace('/', '.') };
    return { ...config, servers: [server], projects: [], default: server.name };
  }
  if (config.disabled.includes(name))
    throw usage(`The server "${name}" is disabled in the configuration; remove its "disabled" to use it.`);
  const names = placed.map(({ id }) => id);
  const near = suggest(name, names);
  const hint = near === undefined ? `it has ${names.join(', ') || 'none'}.` : `did you mean "${near}"?`;
  throw usage(`The configuration has no server "${name}"; ${hint}`);
}
