/**
 * `sluice stdio <url|file|server>`: the gateway as the stdio server of the client that started it. Standard output
 * carries messages and nothing else.
 */
import process from 'node:process';
import type { Writable } from 'node:stream';
import type { RunningStdio } from '../edges/node/start-stdio.ts';
import { forOneClient } from '../config/one-client.ts';
import type { Logger } from '../log.ts';
import { observe } from '../log-events.ts';
import { EXIT, usage } from './exit.ts';
import type { Io } from './io.ts';
import { loggerFor, type OpenLog } from './logger.ts';
import { stdioTarget, type StdioWords } from './stdio-target.ts';
import { stopSignal, within } from './stopping.ts';

/** How long beyond the time to drain the end may take. */
const HARD_STOP_MS = 5_000;
/** How long a client may take over what was said last. */
const LAST_WORD_MS = 2_000;
/** How often it is looked whether the client is still there, once it says no more. */
const PARENT_MS = 100;

/**
 * Serves until the client ends its output, goes away, or a signal comes.
 * @returns 0 after a clean end; 1 when the client did not read, or something had to be cut off
 * @throws CliError, ConfigError with one sentence before anything is written
 */
export async function stdio(io: Io, words: StdioWords): Promise<number> {
  const stop = stopSignal(io);
  const parent = process.ppid;
  let log: OpenLog | undefined;
  try {
    const { input, output } = io.pipes();
    const target = await stdioTarget(io, words);
    const config = forOneClient(target.config);
    log = loggerFor(io, config);
    const { logger } = log;
    for (const warning of config.warnings) logger.warn(warning);
    const { startStdio } = await import('../edges/node/start-stdio.ts');
    const observer = observe(logger, { view: log.view });
    const own = target.servers.map((make) => make(observer));
    const running = await startStdio(config, { observer, input, output, servers: own });
    if (!running) throw usage('There is no server to serve at the root; name one.');
    const drainMs = config.timeouts.drain;
    return await untilOver(running, { stop: stop.requested, logger, drainMs, output, parent });
  } finally {
    stop.unlisten();
    await log?.flush();
  }
}

interface Surroundings {
  readonly stop: Promise<unknown>;
  readonly logger: Logger;
  readonly drainMs: number;
  readonly output: Writable;
  /** Who started us: by now it may be gone. */
  readonly parent: number;
}

async function untilOver(running: RunningStdio, at: Surroundings): Promise<number> {
  const { stop, logger, drainMs, output, parent } = at;
  const isOver = await Promise.race([
    running.over.then(() => true),
    running.inputEnded.then(() => false),
    stop.then(() => false),
  ]);
  // Who says no more and sends a signal beside has no patience left.
  const hurry = [running.over, Promise.all([running.inputEnded, stop])];
  const ending = isOver ? running.stop() : drained(running, hurry, parent);
  const isClean = await within(drainMs + HARD_STOP_MS, ending);
  if (!isClean) logger.error('something did not stop in time and is cut off');
  const isSlow = isClean && (await running.over) === 'slow';
  if (isSlow) logger.error('the client did not read what it was sent, so nothing more can be said to it');
  else await within(LAST_WORD_MS, flushed(output));
  return isClean && !isSlow ? EXIT.ok : EXIT.usage;
}

/** Lets calls in flight finish, unless there is a reason to hurry, or nobody is left to read the answers. */
async function drained(
  running: RunningStdio,
  hurry: readonly Promise<unknown>[],
  parent: number,
): Promise<void> {
  const orphaned = parentGone(parent);
  try {
    await Promise.race([running.drain(), ...hurry, orphaned.gone]);
    await running.stop();
  } finally {
    orphaned.end();
  }
}

/** Resolves when whoever started us is no more: its pipes may be held open by others. */
function parentGone(parent: number): { readonly gone: Promise<void>; end(): void } {
  let timer: NodeJS.Timeout | undefined;
  const gone = new Promise<void>((resolve) => {
    timer = setInterval(() => process.ppid !== parent && resolve(), PARENT_MS);
  });
  return { gone, end: () => clearInterval(timer) };
}

function flushed(output: Writable): Promise<void> {
  if (output.writableLength === 0 || output.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    output.once('drain', resolve);
    output.once('close', resolve);
  });
}
