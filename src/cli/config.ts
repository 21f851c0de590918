/** `sluice config`: each value of the configuration and where it came from, without secrets. */
import { describeConfig, valueText } from '../config/describe.ts';
import type { Flags } from '../config/layers.ts';
import type { Config, Source } from '../config/types.ts';
import { EXIT } from './exit.ts';
import { exposureOf } from './exposure.ts';
import type { Io } from './io.ts';
import { loadConfig } from './load.ts';

export interface ConfigOptions {
  readonly file?: string | undefined;
  readonly flags: Flags;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** @throws ConfigError with every problem of the file */
export async function config(io: Io, options: ConfigOptions): Promise<number> {
  const { file, flags } = options;
  const loaded = await loadConfig({ file, cwd: io.cwd, env: io.env, flags });
  const rows = describeConfig(loaded.config);
  if (options.json) {
    io.out(`${JSON.stringify({ file: loaded.path, values: rows }, null, 2)}\n`);
  } else {
    const cells = rows.map((row) => [row.path, valueText(row), sourceText(row.source)] as const);
    const wide = (index: 0 | 1, most: number) =>
      Math.min(most, Math.max(...cells.map((row) => row[index].length)));
    const [first, second] = [wide(0, 48), wide(1, 60)];
    for (const [path, value, source] of cells) {
      io.out(`${path.padEnd(first)}  ${value.padEnd(second)}  ${source}\n`);
    }
  }
  if (!options.quiet) await tellConcerns(io, loaded.path, loaded.config);
  return EXIT.ok;
}

async function tellConcerns(io: Io, path: string, loaded: Config): Promise<void> {
  io.err(`Read from ${path}.\n`);
  for (const warning of loaded.warnings) io.err(`${warning}\n`);
  const fault = await exposureOf(loaded);
  if (fault !== undefined) io.err(`The gateway would not start: ${fault}\n`);
}

function sourceText({ kind, where }: Source): string {
  if (kind === 'default') return 'default';
  return kind === 'file' ? where : `${kind} ${where}`;
}
