/** `sluice -- command args…`: the gateway in front of one command, without a file. */
import type { Flags } from '../config/layers.ts';
import { readOneLiner } from '../config/read.ts';
import { runGateway, type StartGateway } from './gateway.ts';
import type { Io } from './io.ts';
import { withGenerated } from './keys.ts';
import { withPaths } from './load.ts';
import { readVariables } from './variables.ts';

export interface RunOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** `NAME` (taken from our own environment) or `NAME=value`. */
  readonly variables: readonly string[];
  readonly flags: Flags;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly start: () => Promise<StartGateway>;
}

/** @returns the exit code, once the gateway has stopped */
export async function run(io: Io, options: RunOptions): Promise<number> {
  const { command, args, variables, json, quiet, start } = options;
  const { keys, generated } = withGenerated(options.flags.apiKeys);
  const env = readVariables(variables, io);
  const flags = { ...options.flags, apiKeys: keys };
  const config = withPaths(readOneLiner({ command, args, env }, { env: io.env, flags }), io.cwd);
  return runGateway(io, { config, generatedKey: generated, json, quiet, start });
}
