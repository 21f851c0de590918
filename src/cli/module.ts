/** A JavaScript or TypeScript file as a server: in this process where it exports one, else as a program. */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { UpstreamDriver } from '../engine/ports.ts';
import type { Observer } from '../engine/ports-observer.ts';
import type { ServerOptions } from '../engine/server-options.ts';
import { type HandlerOptions, inprocess, type InprocessOptions } from '../upstreams/inprocess.ts';
import { usage } from './exit.ts';
import { readText } from './load.ts';

/** Where the server is told, once the log is there. */
export type MakeServer = (observer: Observer) => ServerOptions;

/** `program`: it exports nothing to be served, so it is one that speaks for itself when it is run. */
export type ModuleFile =
  | { readonly kind: 'program'; readonly path: string }
  | { readonly kind: 'module'; readonly path: string };

/** What exports something by default. A comment that says so is taken for it; then the import says what is missing. */
const EXPORTS = /\bexport\s+default\b|\bas\s+default\b|\bmodule\.exports\b|\bexports\.default\b/;

/** @throws CliError when there is no such file */
export async function moduleFile(word: string, cwd: string): Promise<ModuleFile> {
  const path = resolve(cwd, word);
  const isFile = await stat(path)
    .then((facts) => facts.isFile())
    .catch(() => false);
  if (!isFile)
    throw usage(
      `There is no file ${word}; name an address, a file or a server, or write -- before a command.`,
    );
  return { kind: EXPORTS.test(await readText(path, word, 'program')) ? 'module' : 'program', path };
}

/** @throws CliError when it cannot be loaded, or what it exports is no server */
export async function loadModule(path: string): Promise<MakeServer> {
  const name = basename(path);
  let exported: unknown;
  try {
    ({ default: exported } = (await import(pathToFileURL(path).href)) as { default?: unknown });
  } catch (error) {
    throw usage(`${name} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
  const driver = driverFor(exported, name);
  return (observer) => ({ name: 'default', driver: driver(observer) });
}

function driverFor(exported: unknown, name: string): (observer: Observer) => UpstreamDriver {
  const make = (options: object) => (observer: Observer) =>
    inprocess({ name, observer, ...options } as InprocessOptions);
  if (typeof exported === 'function') return make({ create: exported });
  const members = typeof exported === 'object' && exported !== null ? exported : {};
  if (isDriver(members)) return () => members;
  if ('create' in members || 'handler' in members) return make(members);
  if (isTable(members)) return make({ handler: members });
  if ('connect' in members)
    throw usage(`${name} exports one server, but each client needs its own: export default () => server.`);
  throw usage(
    `${name} exports no server by default; write: export default () => new McpServer(…), or functions by method.`,
  );
}

function isDriver(value: object): value is UpstreamDriver {
  return 'open' in value && typeof value.open === 'function' && 'health' in value;
}

/** Functions by the names of methods, such as `tools/list`. */
function isTable(value: object): value is HandlerOptions['handler'] {
  const entries = Object.entries(value);
  return (
    entries.some(([name]) => name.includes('/')) && entries.every(([, one]) => typeof one === 'function')
  );
}
