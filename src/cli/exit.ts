/** How a command ends: a code for scripts, one sentence for people. */

export const EXIT = {
  ok: 0,
  /** Wrong words on the command line, a configuration that cannot be used, an address that is taken. */
  usage: 1,
  /** The server wants a key, or another one. */
  auth: 3,
  /** The server could not be reached, did not start, or did not answer in time. */
  unreachable: 4,
  /** The tool, or the server, answered with an error. */
  tool: 5,
  /** Ended by Ctrl-C, as shells count it: 128 + SIGINT. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Thrown where a command cannot go on; `message` is shown as it stands. */
export class CliError extends Error {
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
  }
}

export function usage(message: string): CliError {
  return new CliError(EXIT.usage, message);
}
