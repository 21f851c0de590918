/** Finds the configuration file and reads it. */
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Environment } from '../config/interpolate.ts';
import type { Flags } from '../config/layers.ts';
import { readConfig, secretsWanted } from '../config/read.ts';
import { noSecrets, type SecretLookup, type SecretSource } from '../config/secret-source.ts';
import type { Config, ServerConfig } from '../config/types.ts';
import { CliError, usage } from './exit.ts';

/** Looked for in this order, in the folder the command is started in. */
const FILE_NAMES = ['sluice.json', 'sluice.jsonc', '.mcp.json'] as const;

/** A configuration is written by hand: a larger file is something else. */
const LARGEST_FILE = 1024 * 1024;

export interface LoadOptions {
  /** The file that was named; else the well-known names are tried. */
  readonly file?: string | undefined;
  readonly cwd: string;
  readonly env: Environment;
  readonly flags?: Flags | undefined;
}

export interface Loaded {
  readonly config: Config;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/**
 * @throws CliError when there is no file or it cannot be read
 * @throws ConfigError when it cannot be used
 */
export async function loadConfig(options: LoadOptions): Promise<Loaded> {
  const path = await findFile(options);
  const text = await readText(path, options.file);
  return { config: await parseConfig(text, path, options), path, text };
}

/**
 * The configuration of a text that was read from a file; folders in it are made absolute, and the files and commands it
 * names for secrets are read and run.
 */
export async function parseConfig(text: string, path: string, options: LoadOptions): Promise<Config> {
  const { env, flags, file = basename(path) } = options;
  const reading = { file, env, flags };
  const warnings: string[] = [];
  const lookUp = await fetchAll(secretsWanted(text, reading), { env, folder: dirname(path), warnings });
  const read = readConfig(text, { ...reading, lookUp });
  const config = { ...read, warnings: [...read.warnings, ...warnings] };
  const placed = (server: ServerConfig) => {
    if (server.type !== 'stdio' || server.cwd === undefined) return server;
    return { ...server, cwd: resolve(dirname(path), server.cwd) };
  };
  const projects = config.projects.map((project) => ({ ...project, servers: project.servers.map(placed) }));
  const whole = { ...config, servers: config.servers.map(placed), projects };
  return withPaths(whole, options.cwd, dirname(path));
}

/**
 * The folder of what is kept, and the files of certificates, made absolute: as typed or set they are seen from here, else
 * from the folder of the file.
 */
export function withPaths(config: Config, cwd: string, folder = cwd): Config {
  const placed = (setting: string, path: string) => {
    const { kind = 'default' } = config.sources.get(setting) ?? {};
    return resolve(kind === 'flag' || kind === 'environment' ? cwd : folder, path);
  };
  const { dataDir, tls } = config;
  const files = tls && {
    ...tls,
    cert: placed('tls.cert', tls.cert),
    key: placed('tls.key', tls.key),
    ca: tls.ca === undefined ? undefined : placed('tls.ca', tls.ca),
  };
  return { ...config, dataDir: placed('dataDir', dataDir), tls: files };
}

async function fetchAll(
  wanted: ReadonlyMap<string, SecretSource>,
  { env, folder, warnings }: { env: Environment; folder: string; warnings: string[] },
): Promise<SecretLookup> {
  if (wanted.size === 0) return noSecrets;
  const { fetchSecret } = await import('../edges/node/secret-source.ts');
  const reading = { folder, env, warn: (message: string) => void warnings.push(message) };
  const found = await Promise.all(
    [...wanted].map(async ([token, source]) => [token, await fetchSecret(source, reading)] as const),
  );
  const byToken = new Map(found);
  return (token, source) => byToken.get(token) ?? noSecrets(token, source);
}

async function findFile({ file, cwd }: LoadOptions): Promise<string> {
  if (file !== undefined) return resolve(cwd, file);
  const found = await wellKnownFile(cwd);
  if (found !== undefined) return found;
  const names = `${FILE_NAMES.slice(0, -1).join(', ')} or ${FILE_NAMES.at(-1)}`;
  throw usage(
    `There is no ${names} in this folder; write one, name one with --config, or serve a command at once: sluice -- npx -y <package>`,
  );
}

/** The configuration file of a folder; undefined where it has none. */
export async function wellKnownFile(cwd: string): Promise<string | undefined> {
  for (const name of FILE_NAMES) {
    const path = join(cwd, name);
    const isFile = await stat(path)
      .then((facts) => facts.isFile())
      .catch(() => false);
    if (isFile) return path;
  }
  return undefined;
}

/** @throws CliError with one sentence when the file cannot be read as text. */
export async function readText(
  path: string,
  asNamed = basename(path),
  what = 'configuration',
): Promise<string> {
  let bytes: Buffer;
  try {
    const facts = await stat(path);
    if (!facts.isFile() && !facts.isDirectory())
      throw usage(`${asNamed} is no ordinary file; write the ${what} into one.`);
    if (facts.size > LARGEST_FILE) throw usage(`${asNamed} is larger than 1 MiB, too large for a ${what}.`);
    bytes = await readFile(path);
  } catch (error) {
    throw unreadable(error, asNamed);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw usage(`${asNamed} is not UTF-8; save it in that encoding.`);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'does not exist; check the path',
  EACCES: 'may not be read by this user; check its permissions',
  EISDIR: 'is a folder; name the file inside it',
  ENOTDIR: 'does not exist; a part of the path is no folder',
};

function unreadable(error: unknown, asNamed: string): Error {
  if (!(error instanceof Error) || error instanceof CliError || !('code' in error)) throw error;
  const code = String(error.code);
  return usage(`The file ${asNamed} ${REASONS[code] ?? `cannot be read (${code})`}.`);
}
