/** A configuration, running as the stdio server of one client. */
import type { Readable, Writable } from 'node:stream';
import type { Config } from '../../config/types.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import type { ServerOptions } from '../../engine/server-options.ts';
import type { Settings } from '../../engine/settings.ts';
import { watched } from './audit-config.ts';
import { LateTroubles } from './backplane.ts';
import { composeConfig } from './compose-config.ts';
import { tracing } from './tracing.ts';
import type { LineEnd } from './line-connection.ts';
import { StdioFront } from './stdio-front.ts';

/** What differs where all that is there is for one client. */
const ONE_CLIENT: Partial<Settings> = {
  // What a server remembers of its client stays as long as both do, as it would without us.
  statelessIdleMs: 0,
  // For the same reason few: enough that one call that waits for its user does not hold up all others.
  seatsPerPool: 4,
  // Nobody sends it other clients.
  drainDelayMs: 0,
  // A child is not another program from one hour to the next.
  eraMs: 24 * 60 * 60_000,
};

/** Its one session is never one too many. */
function forOne(config: Config): Config {
  const { limits } = config;
  return { ...config, limits: { ...limits, overload: { ...limits.overload, enabled: false } } };
}

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
  const tell = (message: string) => deps.observer.refused?.({ where: 'audit', code: 'audit', message });
  const watching = await watched(config, deps.observer, tell, () => config.secrets);
  const troubles = new LateTroubles();
  const traced = await tracing(config, troubles);
  const more = [deps.servers, ONE_CLIENT, undefined, undefined, traced.tracer] as const;
  const { gateway, root } = await composeConfig(forOne(config), watching.observer, ...more);
  troubles.tellBy(gateway);
  const mount = root();
  if (!mount) {
    await watching.close();
    await traced.close();
    return undefined;
  }
  const { input, output } = deps;
  const front = new StdioFront({ gateway, mount, input, output });
  const end = async (first: () => Promise<void>) => {
    try {
      await first();
    } finally {
      front.close();
      await watching.close();
      await traced.close();
    }
  };
  return {
    inputEnded: front.inputEnded,
    over: front.over,
    drain: () => end(() => gateway.drain()),
    stop: () => end(() => gateway.close()),
  };
}
