/** `sluice serve [file]`: the gateway in front of the servers of a configuration file, followed as it changes. */
import type { Flags } from '../config/layers.ts';
import { runGateway, type StartGateway } from './gateway.ts';
import type { Io } from './io.ts';
import { withGenerated } from './keys.ts';
import { loadConfig, type LoadOptions } from './load.ts';
import { Reloader } from './reload.ts';
import { watchFile } from './watch.ts';

export interface ServeOptions {
  readonly file?: string | undefined;
  /** As typed; a key `auto` stands for a fresh one. */
  readonly flags: Flags;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly start: () => Promise<StartGateway>;
}

/** @returns the exit code, once the gateway has stopped */
export async function serve(io: Io, options: ServeOptions): Promise<number> {
  const { file, json, quiet, start } = options;
  const { keys, generated } = withGenerated(options.flags.apiKeys);
  const load: LoadOptions = { file, cwd: io.cwd, env: io.env, flags: { ...options.flags, apiKeys: keys } };
  const loaded = await loadConfig(load);
  return runGateway(io, {
    config: loaded.config,
    generatedKey: generated,
    json,
    quiet,
    start,
    onReady: (gateway, logger, secrets) => {
      const adopted = (config: { secrets: readonly string[] }) => secrets.set(config.secrets);
      const reloader = new Reloader({ loaded, load, gateway, logger, adopted });
      const check = () => void reloader.check();
      const unlisten = io.onHangup(() => void reloader.check(true));
      const unwatch = watchFile(loaded.path, {
        changed: check,
        failed: (error) => logger.warn({ reason: error.message }, 'the configuration is no longer watched'),
      });
      return () => {
        unlisten();
        unwatch();
      };
    },
  });
}
