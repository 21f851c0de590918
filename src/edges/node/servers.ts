/** From an entry of the configuration to the server it means. */
import type { AuthConfig } from '../../config/auth.ts';
import type { RemoteServer, ServerConfig } from '../../config/types.ts';
import type { Offer } from '../../engine/catalog/view.ts';
import type { UpstreamDriver } from '../../engine/ports.ts';
import type { Observer } from '../../engine/ports-observer.ts';
import type { ServerOptions } from '../../engine/server-options.ts';
import { SLUICE_VERSION } from '../../protocol/version.ts';
import type { Credentials } from '../../upstreams/credentials.ts';
import { stdio } from '../../upstreams/stdio.ts';
import { nodeRuntime } from './runtime.ts';

/** @param id its name in the whole gateway */
export async function serverOf(id: string, server: ServerConfig, observer: Observer): Promise<ServerOptions> {
  const { cache, sharing } = server;
  return {
    name: id,
    driver: await driverOf(id, server, observer),
    sharing,
    startMs: server.startTimeout,
    requestMs: server.requestTimeout,
    era: server.era,
    probeMs: server.probeTimeout,
    healthIntervalMs: server.healthInterval,
    healthTimeoutMs: server.healthTimeout,
    idleMs: server.idleTimeout,
    offer: offerOf(server),
    ...(cache ? { cache: { listsMs: cache.lists, readsMs: cache.reads, isPublic: cache.public } } : {}),
    ...('forwardHeaders' in server ? { forwardHeaders: server.forwardHeaders } : {}),
  };
}

function offerOf({ tools, prompts, resources, readOnly, checkArguments }: ServerConfig): Offer {
  return {
    ...(tools ? { tools } : {}),
    ...(prompts ? { prompts } : {}),
    ...(resources ? { resources } : {}),
    ...(readOnly ? { readOnly } : {}),
    ...(checkArguments ? { checkArguments } : {}),
  };
}

async function driverOf(name: string, server: ServerConfig, observer: Observer): Promise<UpstreamDriver> {
  switch (server.type) {
    case 'stdio': {
      const { command, args, env, envPerPrincipal, cwd, warm, maxProcesses } = server;
      const { maxMemory: maxMemoryBytes } = server;
      const options = { name, command, args, env, envPerPrincipal, cwd, warm, maxProcesses, maxMemoryBytes };
      return stdio({ ...options, runtime: nodeRuntime, observer });
    }
    case 'inprocess': {
      // Loaded when it is asked for: it brings an SDK, which costs every start its time and its memory.
      const { aareDriver } = await import('./aare.ts');
      return aareDriver(server.options, SLUICE_VERSION, observer);
    }
    default:
      return remoteDriver(name, server, observer);
  }
}

/** What is shown to a server is loaded only where it is configured, too. */
async function credentialsOf(name: string, auth: AuthConfig, observer: Observer): Promise<Credentials> {
  const made = await import('./credentials.ts');
  if (auth.type === 'per_principal') return made.perPrincipal({ ...auth, name });
  const options = { ...auth, name, observer };
  return auth.type === 'token_exchange' ? made.tokenExchange(options) : made.clientCredentials(options);
}

/** What speaks to servers over the network is loaded only where there are any. */
async function remoteDriver(name: string, server: RemoteServer, observer: Observer): Promise<UpstreamDriver> {
  const { url, headers, auth, connectTimeout: connectMs, maxConnections } = server;
  const credentials = auth && (await credentialsOf(name, auth, observer));
  const options = { name, url, headers, credentials, connectMs, maxConnections, observer };
  switch (server.type) {
    case 'ws':
      return (await import('./websocket.ts')).websocket(options);
    case 'sse':
      return (await import('./network.ts')).sse(options);
    default:
      return (await import('./network.ts')).streamable(options);
  }
}
