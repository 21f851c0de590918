/** The log of a command that serves: on standard error, as its configuration says. */
import type { Config } from '../config/types.ts';
import { createLogger, type Logger } from '../log.ts';
import type { Io } from './io.ts';

/** The texts the log hides; a reload may bring others. */
export interface Secrets {
  set(secrets: readonly string[]): void;
}

export function loggerFor(io: Io, config: Config): { logger: Logger; secrets: Secrets } {
  let hidden = config.secrets;
  const { level } = config.log;
  const format = config.log.format === 'auto' ? (io.errIsTerminal ? 'text' : 'json') : config.log.format;
  const logger = createLogger({ level, format, sink: (line) => io.err(line), secrets: () => hidden });
  return { logger, secrets: { set: (secrets) => (hidden = secrets) } };
}
