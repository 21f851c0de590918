/** A configuration, running: its servers, its address, and how it takes over another configuration. */
import { diffConfig, inForce } from '../../config/diff.ts';
import { everyServer } from '../../config/every-server.ts';
import type { Config } from '../../config/types.ts';
import { together } from '../../engine/observer.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import type { LogView } from '../../log-ring.ts';
import { Live } from '../admin/live.ts';
import { Admin } from './admin.ts';
import { watched } from './audit-config.ts';
import { counted } from '../measured.ts';
import { listen, nodeHandler } from './http.ts';
import { backplaneOf, joinOthers, LateTroubles } from './backplane.ts';
import { composeConfig } from './compose-config.ts';
import { metering } from './metering.ts';
import { keptKeys } from './kept-keys.ts';
import { bracketed } from './bracketed.ts';
import { thisMachine } from './machine.ts';
import { accessOf } from './rules.ts';
import { nodeRuntime } from './runtime.ts';
import { serverOf } from './servers.ts';
import { tracing } from './tracing.ts';
import { identityOf, Renewal } from './tls-config.ts';
import { WebSockets } from './websockets.ts';

export interface StartDeps {
  readonly logger: { warn(message: string): void };
  readonly observer: Observer;
  /** The log, for whoever looks at the gateway while it runs. */
  readonly log?: LogView | undefined;
}

export interface Running {
  /** The origin it listens on, like `http://127.0.0.1:8808`. */
  readonly url: string;
  /** Where what is counted can be read, where that is an address of its own. */
  readonly metricsUrl?: string | undefined;
  /** Those of projects are called `project/server`. */
  readonly servers: readonly string[];
  /**
   * A token for the address of the console (`/console/#token=…`), good once and for ten minutes; undefined where there is no
   * admin API.
   */
  consoleToken(): string | undefined;
  /** Takes over another configuration; sessions of servers that did not change go on. */
  reload(config: Config): Promise<void>;
  /** Reads the files of certificates again; keeps what it has, and says so in the log, where they cannot be used. */
  renew(): Promise<void>;
  /** Turns not ready, lets calls in flight finish, ends streams and servers, and stops listening. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  stop(): Promise<void>;
}

/**
 * Listens; rejects with the error of the system (`EADDRINUSE`, …) when it cannot, and with a KeyStoreFault where there is a
 * store of keys that cannot be used.
 */
export async function startGateway(config: Config, deps: StartDeps): Promise<Running> {
  let current = config;
  const tell = (message: string) => deps.logger.warn(message);
  const keys = keptKeys({ folder: config.dataDir, warn: tell });
  const letGo = (error: unknown): never => {
    keys.close();
    throw error;
  };
  const watching = await watched(config, deps.observer, tell, () => current.secrets).catch(letGo);
  const live = new Live({ runtime: nodeRuntime, machine: thisMachine() });
  const observer = together(watching.observer, live.observer);
  const troubles = new LateTroubles();
  const backplane = await backplaneOf(config, troubles).catch(letGo);
  const traced = await tracing(config, troubles);
  const meters = await metering(config, troubles).catch(letGo);
  const { metrics } = meters;
  const { log } = deps;
  if (metrics && log) metrics.elsewhere.logLinesDropped = () => log.lost;
  const { tracer } = traced;
  const composed = await composeConfig(config, observer, [], {}, keys, backplane, tracer, metrics).catch(
    async (error: unknown) => {
      await backplane?.close();
      await meters.close();
      return letGo(error);
    },
  );
  const { gateway } = composed;
  troubles.tellBy(gateway);
  gateway.onClose(() => keys.close());
  const identity = await identityOf(config, deps.logger);
  const renewal = new Renewal(deps.logger);
  const at = {
    host: config.host,
    port: config.port,
    headersMs: config.timeouts.headers,
    connections: { all: config.limits.connections, perAddress: config.limits.connectionsPerAddress },
    identity,
    silentMs: config.timeouts.stall,
  };
  const sockets = new WebSockets(composed.front);
  const giveUp = async (error: unknown): Promise<never> => {
    await gateway.close();
    await watching.close();
    await traced.close();
    await meters.close();
    throw error;
  };
  await joinOthers(composed, config).catch(giveUp);
  const listening = await listen(nodeHandler(composed.front), at, sockets).catch(giveUp);
  await joinOthers(composed, config, listening.port).catch(async (error: unknown) => {
    listening.server.closeAllConnections();
    await listening.close();
    return giveUp(error);
  });
  const url = `${identity ? 'https' : 'http'}://${bracketed(config.host)}:${listening.port}`;
  const admin = new Admin({
    composed,
    config: () => current,
    url: () => url,
    keysChanged: () => keys.look(),
    live,
    log: log?.ring,
  });
  admin.change(config.admin);
  meters.alsoReads({ logLinesDropped: () => deps.log?.lost ?? 0, cspReports: () => admin.pageReports });
  const takeOver = async (next: Config) => {
    const diff = diffConfig(current, next);
    for (const setting of diff.restart)
      deps.logger.warn(`"${setting}" changed: restart for it to take effect.`);
    const gone = new Set([...diff.removed, ...diff.changed]);
    const added = everyServer(next).filter(({ id }) => gone.has(id) || !gateway.servers.has(id));
    const servers = await Promise.all(
      added.map(({ id, server }) => serverOf(id, server, counted(observer, metrics))),
    );
    // All in one turn: no caller finds a server missing, and a key that is gone opens nothing more. What the old
    // servers leave behind ends in its own time.
    current = inForce(current, next);
    for (const name of gone) bury(gateway.removeServer(name));
    for (const server of servers) gateway.addServer(server);
    composed.change(accessOf(current, keys));
    admin.change(current.admin);
    await renewal.of(listening);
  };
  const burials = new Set<Promise<void>>();
  const bury = (ending: Promise<void>) => {
    burials.add(ending);
    void ending.finally(() => burials.delete(ending));
  };
  let turn = Promise.resolve();
  /** One after the other: each compares with what the one before left. */
  const takeOverAfter = async (before: Promise<void>, next: Config) => {
    await Promise.allSettled([before]);
    await takeOver(next);
  };
  return {
    url,
    consoleToken: () => admin.token(),
    metricsUrl: meters.url,
    get servers() {
      return [...gateway.servers.keys()];
    },
    reload: async (next) => {
      const before = turn;
      turn = takeOverAfter(before, next);
      await turn;
    },
    renew: () => renewal.of(listening),
    drain: async () => {
      await gateway.drain();
      await Promise.allSettled(burials);
      await listening.close();
      await watching.close();
      await traced.close();
      await meters.close();
    },
    stop: async () => {
      await gateway.close();
      await Promise.allSettled(burials);
      listening.server.closeAllConnections();
      await listening.close();
      await watching.close();
      await traced.close();
      await meters.close();
    },
  };
}
