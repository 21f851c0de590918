/** Which gateway `top` and `inspect` look at, and how they show that they may. */
import { isLoopback } from '../../config/exposure.ts';
import { dataPlace } from '../data-place.ts';
import { usage } from '../exit.ts';
import type { Io } from '../io.ts';
import { loadConfig, wellKnownFile } from '../load.ts';

export interface AdminWords {
  /** An address of the gateway; else the one of this folder is meant. */
  readonly url?: string | undefined;
  readonly key?: string | undefined;
  readonly config?: string | undefined;
  readonly dataDir?: string | undefined;
  /** Which node of a cluster, by its name or url; default: the one that is called. */
  readonly node?: string | undefined;
}

export interface AdminPlace {
  /** Of the admin API; ends with a slash. */
  readonly api: URL;
  /** As people call it. */
  readonly label: string;
  readonly key: string | undefined;
  /** Where the gateway keeps its things, where that is here: whoever may write there may look at it. */
  readonly folder?: string | undefined;
}

const PORT = 8808;
/** What people copy an address with: the page, the API itself, an endpoint. */
const TAILS = /\/(?:console|admin|admin\/api|mcp|sse)$/;

/** @throws CliError, ConfigError where the words or the configuration cannot be used */
export async function adminPlace(io: Io, words: AdminWords): Promise<AdminPlace> {
  const typed = words.key ?? keyOf(io);
  // A key of this folder's configuration is for the gateway of this folder, and for no other.
  if (words.url !== undefined) {
    const url = readAddress(words.url);
    const isHere = words.dataDir !== undefined || isLoopback(url.hostname);
    return place(url, typed, isHere ? (await dataPlace(io, words)).folder : undefined);
  }
  const file = words.config ?? (await wellKnownFile(io.cwd));
  if (file === undefined) {
    const { folder } = await dataPlace(io, words);
    return place(new URL(`http://${hostOf(io.env['HOST'])}:${portOf(io)}`), typed, folder);
  }
  const { config } = await loadConfig({ file, cwd: io.cwd, env: io.env, flags: { dataDir: words.dataDir } });
  const address = `${config.tls ? 'https' : 'http'}://${hostOf(config.host)}:${config.port}`;
  return place(new URL(address), typed, config.dataDir);
}

function place(url: URL, key: string | undefined, folder?: string): AdminPlace {
  const path = url.pathname.replace(/(?<!\/)\/+$/, '').replace(TAILS, '');
  return { api: new URL(`${path}/admin/api/`, url), label: `${url.origin}${path}`, key, folder };
}

/** By its hash alone the gateway knows a key, but nobody can show one. */
function keyOf({ env }: Io): string | undefined {
  const key = env['ADMIN_KEY']?.trim() ?? '';
  return key === '' || /^sha256:/i.test(key) ? undefined : key;
}

function readAddress(word: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(word) ? word : `http://${word}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password)
    throw usage('An address holds no user and password here; give the admin key with --key or ADMIN_KEY.');
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw usage(`${JSON.stringify(word)} is no address; write one like http://127.0.0.1:8808.`);
}

/** Who listens everywhere is found here. */
function hostOf(host: string | undefined): string {
  if (host === undefined || host === '' || host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function portOf(io: Io): number {
  const port = Number(io.env['PORT'] ?? PORT);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : PORT;
}
