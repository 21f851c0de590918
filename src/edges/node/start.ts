/** A configuration, running: its servers, its address, and how it takes over another configuration. */
import { diffConfig, inForce } from '../../config/diff.ts';
import { isLoopback } from '../../config/exposure.ts';
import type { Config, ServerConfig } from '../../config/types.ts';
import type { Observer } from '../../engine/ports.ts';
import { harmless } from '../../engine/observer.ts';
import type { ServerOptions } from '../../engine/server.ts';
import type { Settings } from '../../engine/settings.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import { stdio } from '../../upstreams/stdio.ts';
import { compose, type AccessOptions } from '../compose.ts';
import { listen, nodeHandler } from './http.ts';
import { nodeRuntime, sha256 } from './runtime.ts';
import { WebSockets } from './websockets.ts';

export interface StartDeps {
  readonly logger: { warn(message: string): void };
  readonly observer: Observer;
}

export interface Running {
  /** The origin it listens on, like `http://127.0.0.1:8808`. */
  readonly url: string;
  readonly servers: readonly string[];
  /** Takes over another configuration; sessions of servers that did not change go on. */
  reload(config: Config): Promise<void>;
  /** Turns not ready, lets calls in flight finish, ends streams and servers, and stops listening. */
  drain(): Promise<void>;
  /** Ends everything at once. */
  stop(): Promise<void>;
}

/** Listens; rejects with the error of the system (`EADDRINUSE`, …) when it cannot. */
export async function startGateway(config: Config, deps: StartDeps): Promise<Running> {
  const observer = harmless(deps.observer);
  // The default server is told once it is there.
  const { default: _, ...access } = accessOf(config);
  const composed = compose(
    {
      servers: {},
      settings: settingsOf(config),
      log: {
        events: config.limits.logEvents,
        bytes: config.limits.logBytes,
        totalBytes: config.limits.logTotalBytes,
      },
      bodyMs: config.timeouts.body,
      observer,
      ...access,
    },
    { runtime: nodeRuntime, sha256 },
  );
  const { gateway } = composed;
  for (const server of config.servers) gateway.addServer(await serverOf(server, observer));
  composed.change(accessOf(config));
  const at = { host: config.host, port: config.port, headersMs: config.timeouts.headers };
  const sockets = new WebSockets(composed.front);
  const listening = await listen(nodeHandler(composed.front), at, sockets).catch(async (error: unknown) => {
    await gateway.close();
    throw error;
  });
  let current = config;
  const takeOver = async (next: Config) => {
    const diff = diffConfig(current, next);
    for (const setting of diff.restart)
      deps.logger.warn(`"${setting}" changed: restart for it to take effect.`);
    const gone = new Set([...diff.removed, ...diff.changed]);
    const added = next.servers.filter(({ name }) => gone.has(name) || !gateway.servers.has(name));
    const servers = await Promise.all(added.map((server) => serverOf(server, observer)));
    // All in one turn: no caller finds a server missing, and a key that is gone opens nothing more. What the old
    // servers leave behind ends in its own time.
    current = inForce(current, next);
    for (const name of gone) bury(gateway.removeServer(name));
    for (const server of servers) gateway.addServer(server);
    composed.change(accessOf(current));
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
    url: `http://${bracketed(config.host)}:${listening.port}`,
    get servers() {
      return [...gateway.servers.keys()];
    },
    reload: async (next) => {
      const before = turn;
      turn = takeOverAfter(before, next);
      await turn;
    },
    drain: async () => {
      await gateway.drain();
      await Promise.allSettled(burials);
      await listening.close();
    },
    stop: async () => {
      await gateway.close();
      await Promise.allSettled(burials);
      listening.server.closeAllConnections();
      await listening.close();
    },
  };
}

function settingsOf({ limits, timeouts }: Config): Partial<Settings> {
  return {
    read: { bytes: limits.bodyBytes, depth: limits.depth, elements: limits.elements, batch: limits.batch },
    sessions: limits.sessions,
    sessionsPerPrincipal: limits.sessionsPerPrincipal,
    exchangesPerSession: limits.exchangesPerSession,
    streamsPerSession: limits.streamsPerSession,
    subscriptionsPerSession: limits.subscriptionsPerSession,
    queuedBytes: limits.queuedBytes,
    upstreamQueuedBytes: limits.upstreamQueuedBytes,
    sessionIdleMs: timeouts.sessionIdle,
    statelessIdleMs: timeouts.statelessIdle,
    requestMs: timeouts.request,
    startMs: timeouts.start,
    heartbeatMs: timeouts.heartbeat,
    stallMs: timeouts.stall,
    retryMs: timeouts.retry,
    drainMs: timeouts.drain,
  };
}

function accessOf(config: Config): AccessOptions {
  const publicUrl = config.publicUrl === undefined ? undefined : new URL(config.publicUrl);
  return {
    ...(config.default === undefined ? {} : { default: config.default }),
    ...(config.apiKeyRequired ? { apiKeys: config.apiKeys } : {}),
    allowedHosts: publicUrl ? [publicUrl.host, ...config.allowedHosts] : config.allowedHosts,
    allowedOrigins: publicUrl ? [publicUrl.origin, ...config.allowedOrigins] : config.allowedOrigins,
    isLoopback: isLoopback(config.host),
    basePath: publicUrl?.pathname ?? '',
    ...ownHostOf(config.host),
  };
}

/** What clients call us by when they take the address we print; `0.0.0.0` and `::` stand for all addresses. */
function ownHostOf(host: string): { ownHost?: string } {
  const origin = `http://${bracketed(host)}`;
  const name = URL.canParse(origin) ? new URL(origin).hostname : host;
  return name === '0.0.0.0' || name === '[::]' ? {} : { ownHost: name };
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function serverOf(server: ServerConfig, observer: Observer): Promise<ServerOptions> {
  const base = { name: server.name, startMs: server.startTimeout, requestMs: server.requestTimeout };
  switch (server.type) {
    case 'stdio': {
      const { name, command, args, env, cwd, warm, maxProcesses, sharing } = server;
      const driver = stdio({
        name,
        command,
        args,
        env,
        cwd,
        warm,
        maxProcesses,
        runtime: nodeRuntime,
        observer,
      });
      return { ...base, driver, sharing };
    }
    case 'inprocess': {
      // Loaded when it is asked for: it brings an SDK, which costs every start its time and its memory.
      const { aareDriver } = await import('./aare.ts');
      return {
        ...base,
        driver: aareDriver(server.options, SLUICE_VERSION, observer),
        sharing: server.sharing,
      };
    }
    default:
      throw new Error(`Server "${server.name}": type "${server.type}" is not supported by this version.`);
  }
}
