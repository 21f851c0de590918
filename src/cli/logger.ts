/** The log of a command that serves: on standard error, as its configuration says. */
import type { Config } from '../config/types.ts';
import { createLogger, type Logger } from '../log.ts';
import { LogRing, type LogView } from '../log-ring.ts';
import type { Io } from './io.ts';

/** The texts the log hides; a reload may bring others. */
export interface Secrets {
  set(secrets: readonly string[]): void;
}

export interface OpenLog {
  readonly logger: Logger;
  readonly secrets: Secrets;
  readonly view: LogView;
  /** Waits until its lines are out, for no longer than a moment. */
  flush(): Promise<void>;
}

/** How long the end of the process waits for whoever reads the log. */
const FLUSH_MS = 500;

export function loggerFor(io: Io, config: Config): OpenLog {
  let hidden = config.secrets;
  const { level } = config.log;
  const format = config.log.format === 'auto' ? (io.errIsTerminal ? 'text' : 'json') : config.log.format;
  const ring = new LogRing();
  const told = (count: number): void => logger.warn({ count }, 'lines of the log were lost');
  const sink = io.openLog?.(told);
  const write = sink ? (line: string) => sink.write(line) : (line: string) => io.err(line);
  const logger = createLogger({ level, format, sink: write, secrets: () => hidden, ring });
  return {
    logger,
    secrets: { set: (secrets) => (hidden = secrets) },
    view: {
      ring,
      get lost() {
        return sink?.lost ?? 0;
      },
      get troubles() {
        return sink?.troubles ?? [];
      },
    },
    flush: async () => sink?.flush(FLUSH_MS),
  };
}
