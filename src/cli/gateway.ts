/** Runs the gateway from start to drain: what `serve` and the one-liner share. */
import { existsSync } from 'node:fs';
import { drainMsOf } from '../config/drain.ts';
import { clearTextWarning, isKeyOptional } from '../config/exposure.ts';
import { ConfigError } from '../config/problems.ts';
import type { Config } from '../config/types.ts';
import { ClusterFault } from '../edges/node/cluster-fault.ts';
import { MetricsFault } from '../edges/node/metrics-fault.ts';
import { keyFile, KeyStoreFault } from '../edges/node/key-store-file.ts';
import type { Running, startGateway } from '../edges/node/start.ts';
import type { Logger } from '../log.ts';
import { observe } from '../log-events.ts';
import { consoleOf, readyJson, readyText } from './banner.ts';
import { missingCommands } from './commands-exist.ts';
import { CliError, EXIT, usage } from './exit.ts';
import { exposureOf } from './exposure.ts';
import type { Io } from './io.ts';
import { loggerFor, type OpenLog, type Secrets } from './logger.ts';
import { stopSignal, within } from './stopping.ts';
import { watchFile } from './watch.ts';
import { SLUICE_VERSION } from '../protocol/version.ts';

export type StartGateway = typeof startGateway;

export interface GatewayOptions {
  readonly config: Config;
  readonly generatedKey: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Loaded only when it is needed: other commands start faster without it. */
  readonly start: () => Promise<StartGateway>;
  /** How long beyond the time to drain the end may take; then whatever still hangs is cut off. Default 5,000. */
  readonly hardStopMs?: number;
  /** Called once the gateway is ready; what it returns is called before it drains. */
  readonly onReady?: (gateway: Running, logger: Logger, secrets: Secrets) => () => void;
}

/** How long a start that is no longer wanted may take to let go. */
const ABANDON_MS = 5_000;
/** See `GatewayOptions.hardStopMs`. */
const HARD_STOP_MS = 5_000;

/**
 * Starts, tells where, waits for SIGTERM or Ctrl-C, drains. A second signal ends the process at once.
 * @returns 0 after a clean stop, 1 when something had to be cut off
 * @throws CliError with one sentence when the gateway cannot start
 */
export async function runGateway(io: Io, options: GatewayOptions): Promise<number> {
  const { config } = options;
  const stop = stopSignal(io);
  let log: OpenLog | undefined;
  try {
    await refuseToStart(config, io);
    log = loggerFor(io, config);
    const { logger, secrets } = log;
    for (const warning of config.warnings) logger.warn(warning);
    const clear = clearTextWarning(config);
    if (clear !== undefined) logger.warn(clear);
    const starting = begin(options, log);
    const gateway = await Promise.race([starting, stop.requested.then(() => undefined)]);
    if (!gateway) return await abandon(starting);
    const cleanUp = options.onReady?.(gateway, logger, secrets);
    const unfollow = followCertificates(io, config, gateway, logger);
    announce(io, options, gateway);
    const signal = await stop.requested;
    unfollow();
    cleanUp?.();
    logger.info({ signal }, 'stopping: calls in flight may finish');
    return await shutDown(gateway, drainMsOf(config) + (options.hardStopMs ?? HARD_STOP_MS), logger);
  } finally {
    stop.unlisten();
    await log?.flush();
  }
}

async function refuseToStart(config: Config, io: Io): Promise<void> {
  const fault = await exposureOf(config);
  if (fault !== undefined) throw usage(fault);
  const problems = await missingCommands(config, io.env, io.cwd);
  if (problems.length > 0) throw new ConfigError(problems);
}

async function begin({ start, config }: GatewayOptions, { logger, view }: OpenLog): Promise<Running> {
  try {
    const startNow = await start();
    return await startNow(config, { logger, observer: observe(logger, { view }), log: view });
  } catch (error) {
    throw startFault(error, config);
  }
}

/** Certificates are made anew every few weeks: they are taken over when their files change, and on SIGHUP. */
function followCertificates(io: Io, { tls }: Config, gateway: Running, logger: Logger): () => void {
  if (!tls) return () => {};
  const changed = () => void gateway.renew();
  const failed = ({ message: reason }: Error) =>
    logger.warn({ reason }, 'the files of certificates are no longer watched');
  const files = [tls.cert, tls.key, ...(tls.ca === undefined ? [] : [tls.ca])];
  const ends = [io.onHangup(changed), ...files.map((file) => watchFile(file, { changed, failed }))];
  return () => {
    for (const end of ends) end();
  };
}

/** The signal came before the gateway was ready: it is closed as soon as it is, if that is soon. */
async function abandon(starting: Promise<Running>): Promise<number> {
  const stopped = starting.then((gateway) => gateway.stop()).catch(() => undefined);
  await within(ABANDON_MS, stopped);
  return EXIT.ok;
}

function announce(io: Io, { config, generatedKey, json, quiet }: GatewayOptions, gateway: Running): void {
  const facts = {
    config: asKeyed(config),
    gateway,
    console: consoleFor(io, { config, gateway, json }),
    generatedKey,
    readyMs: io.sinceStart(),
    version: SLUICE_VERSION,
  };
  if (json) io.out(readyJson(facts));
  else if (!quiet) io.out(readyText(io, facts));
  else if (generatedKey !== undefined) io.out(`${generatedKey}\n`);
}

/** With its token only where somebody reads it now: not in a log that is kept. */
function consoleFor(
  io: Io,
  { config, gateway, json }: { config: Config; gateway: Running; json: boolean },
): string | undefined {
  const token = gateway.consoleToken();
  if (token === undefined) return undefined;
  return consoleOf({ config, gateway }, io.outIsTerminal || json ? token : undefined);
}

/** With a key required also where only added ones are, so that what is printed works when it is pasted. */
function asKeyed(config: Config): Config {
  const isKeyed = existsSync(keyFile(config.dataDir)) && !isKeyOptional(config);
  return isKeyed ? { ...config, apiKeyRequired: true } : config;
}

async function shutDown(gateway: Running, mostMs: number, logger: Logger): Promise<number> {
  const closed = gateway.drain().then(() => gateway.stop());
  try {
    if (await within(mostMs, closed)) return EXIT.ok;
    logger.error('something did not stop in time and is cut off');
  } catch (error) {
    logger.error({ reason: error instanceof Error ? error.message : String(error) }, 'stopping went wrong');
  }
  return EXIT.usage;
}

function startFault(error: unknown, { host, port, sources }: Config): Error {
  const isOurs =
    error instanceof KeyStoreFault || error instanceof ClusterFault || error instanceof MetricsFault;
  if (isOurs) return usage(error.message);
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const place = (name: string) => {
    const where = sources.get(name)?.where;
    return where === undefined ? '' : ` (${where})`;
  };
  const say = (message: string) => new CliError(EXIT.usage, message, { cause: error });
  switch (code) {
    case 'EADDRINUSE':
      return say(
        `Port ${port}${place('port')} on ${host} is taken by another program; stop it, or choose another with --port.`,
      );
    case 'EACCES':
      return say(
        `Port ${port}${place('port')} may not be used by this user; choose one above 1023 with --port.`,
      );
    case 'EADDRNOTAVAIL':
      return say(`The address ${host}${place('host')} is none of this machine; choose another with --host.`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return say(`The host name ${host}${place('host')} is unknown; choose another with --host.`);
    default:
      return error instanceof Error ? error : new Error(String(error));
  }
}
