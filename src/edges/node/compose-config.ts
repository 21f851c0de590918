/** A configuration as a gateway with its servers, before anybody can reach it. */
import type { KeySource } from '../../access/key-source.ts';
import { everyServer } from '../../config/every-server.ts';
import type { Config } from '../../config/types.ts';
import type { Backplane } from '../../engine/ports-backplane.ts';
import type { Tracer } from '../../engine/ports-tracer.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import type { Metrics } from '../../engine/ports-sight.ts';
import type { ServerOptions } from '../../engine/server-options.ts';
import type { Settings } from '../../engine/settings.ts';
import { type Composed, compose } from '../compose.ts';
import { counted } from '../measured.ts';
import { egress } from './egress.ts';
import { memoryShare } from './memory-share.ts';
import { accessOf, overloadOf, settingsOf } from './rules.ts';
import { nodeRuntime, sha256 } from './runtime.ts';
import { serverOf } from './servers.ts';

/**
 * @param more servers that no configuration can name
 * @param settings in place of what the configuration means
 * @param keys that come and go, beside those that are configured
 * @param backplane what it shares with others; default: nothing
 * @param tracer makes spans of requests; default: nobody does
 * @param metrics counts what happens; default: nobody does
 */
export async function composeConfig(
  config: Config,
  observer: Observer,
  more: readonly ServerOptions[] = [],
  settings: Partial<Settings> = {},
  keys?: KeySource,
  backplane?: Backplane,
  tracer?: Tracer,
  metrics?: Metrics,
): Promise<Composed> {
  const composed = compose(
    {
      servers: {},
      settings: { ...settingsOf(config), ...settings },
      log: {
        events: config.limits.logEvents,
        bytes: config.limits.logBytes,
        totalBytes: config.limits.logTotalBytes,
      },
      overload: overloadOf(config),
      bodyMs: config.timeouts.body,
      observer,
      ...(backplane ? { backplane } : {}),
      tracer,
      metrics,
    },
    { runtime: nodeRuntime, watchesClock: true, sha256, egress, memoryShare },
  );
  const { gateway } = composed;
  const told = counted(observer, metrics);
  for (const { id, server } of everyServer(config)) gateway.addServer(await serverOf(id, server, told));
  for (const server of more) gateway.addServer(server);
  // Only now: it speaks of servers.
  composed.change(accessOf(config, keys));
  return composed;
}
