/** Servers over stdio, on Node's own clock. */
import type { Runtime, UpstreamDriver } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import { type StdioOptions, stdio as driver } from '../../upstreams/stdio.ts';
import { nodeRuntime } from './runtime.ts';

export type NodeStdioOptions = Omit<StdioOptions, 'runtime' | 'observer'> & {
  /** Default: the system's clock and randomness. */
  readonly runtime?: Runtime;
  /** Told what the child writes to stderr and what of its output was dropped; default: nobody. */
  readonly observer?: Observer;
};

/**
 * A driver that runs a command as a child process. Nothing is started before the first session needs it.
 * @throws TypeError with one sentence when the options are not what they must be
 */
export function stdio(options: NodeStdioOptions): UpstreamDriver {
  check(options);
  return driver({ runtime: nodeRuntime, observer: {}, ...options });
}

/** Callers without types get a sentence here instead of an error of `spawn` at the first session. */
function check(options: unknown): void {
  const { name, command, args, env } = (options ?? {}) as Record<string, unknown>;
  const example = 'like stdio({ name: "files", command: "npx", args: ["-y", "some-server"] })';
  if (!isText(name)) throw new TypeError(`stdio() needs the \`name\` of the server, ${example}.`);
  if (!isText(command)) {
    throw new TypeError(`stdio() needs the \`command\` to run for the server "${name}", ${example}.`);
  }
  if (args !== undefined && !(Array.isArray(args) && args.every((arg) => typeof arg === 'string'))) {
    throw new TypeError(`The \`args\` of the server "${name}" must be a list of texts, ${example}.`);
  }
  if (env !== undefined && !isEnvironment(env)) {
    throw new TypeError(`The \`env\` of the server "${name}" must be an object whose values are texts.`);
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isEnvironment(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
