/** A configuration, running as the stdio server of one client. */
import type { Readable, Writable } from 'node:stream';
import type { Config } from '../../config/types.ts';
import { harmless } from '../../engine/observer.ts';
import type { Observer } from '../../engine/ports.ts';
import type { ServerOptions } from '../../engine/server.ts';
import { composeConfig } from './compose-config.ts';
import type { LineEnd } from './line-connection.ts';
import { StdioFront } from './stdio-front.ts';

export interface StdioDeps {
  readonly observer: Observer;
  readonly input: Readable;
  readonly output: Writable;
  /** Servers beside those of the configuration. */
  readonly servers: readonly ServerOptions[];
}

export interface RunningStdio {
  /** Resolves when the client says no more. */
  readonly inputEnded: Promise<void>;
  /** Resolves when nothing more is said to the client, with the reason. */
  readonly over: Promise<LineEnd>;
  /** Lets calls in flight finish, then ends every server. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  stop(): Promise<void>;
}

/**
 * Serves what the root routes of the configuration lead to.
 * @returns undefined where there is no server
 */
export async function startStdio(config: Config, deps: StdioDeps): Promise<RunningStdio | undefined> {
  const { gateway, root } = await composeConfig(config, harmless(deps.observer), deps.servers);
  const mount = root();
  if (!mount) return undefined;
  const { input, output } = deps;
  const front = new StdioFront({ gateway, mount, input, output });
  return {
    inputEnded: front.inputEnded,
    over: front.over,
    drain: () => gateway.drain().finally(() => front.close()),
    stop: () => gateway.close().finally(() => front.close()),
  };
}
