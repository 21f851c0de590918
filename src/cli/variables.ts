/** Variables for a command that is named on the command line. */
import { usage } from './exit.ts';
import type { Io } from './io.ts';

/**
 * @param variables `NAME` (taken from our own environment) or `NAME=value`
 * @throws CliError for one that is not set, or is no variable
 */
export function readVariables(variables: readonly string[], io: Pick<Io, 'env'>): Record<string, string> {
  const env: Record<string, string> = {};
  for (const variable of variables) {
    const [, name, value] = /^([A-Za-z_]\w*)(?:=([^]*))?$/.exec(variable) ?? [];
    if (name === undefined) throw usage('A variable is passed on as --env NAME or --env NAME=value.');
    const own = value ?? io.env[name];
    if (own === undefined) throw usage(`The variable ${name} is not set; write --env ${name}=value.`);
    env[name] = own;
  }
  return env;
}
