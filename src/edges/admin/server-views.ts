/** Servers as operators see them: how each is, what was wrong with it last, and where its clients reach it. */
import type { Gateway } from '../../engine/gateway.ts';
import type { Server } from '../../engine/server.ts';
import type { ServerView } from './contract/server.ts';
import type { Series } from './series.ts';

/** What of a server only its configuration and its gateway's front know. */
export interface ServerFacts {
  readonly description?: string | undefined;
  /** Whether its clients must show a key. */
  readonly isKeyed: boolean;
}

export interface ServerViewPorts {
  readonly gateway: Gateway;
  readonly series: Series;
  /** As clients reach the gateway, without a slash at its end. */
  readonly url: () => string;
  /** Whether streams of HTTP+SSE are opened. */
  readonly hasSse: () => boolean;
  readonly factsOf: (name: string) => ServerFacts;
}

/** What stands between the project and the server in a name. */
const OF = '/';

export class ServerViews {
  readonly #ports: ServerViewPorts;

  constructor(ports: ServerViewPorts) {
    this.#ports = ports;
  }

  all(): ServerView[] {
    const counts = this.#sessions();
    return [...this.#ports.gateway.servers.values()].map((server) => this.#view(server, counts));
  }

  one(name: string): ServerView | undefined {
    const server = this.#ports.gateway.servers.get(name);
    return server && this.#view(server, this.#sessions());
  }

  #view(server: Server, sessions: ReadonlyMap<string, number>): ServerView {
    const { name, driver, sharing, troubles } = server;
    const { series, factsOf } = this.#ports;
    const { isKeyed, description } = factsOf(name);
    const counts = series.of(name);
    const minute = counts?.minute;
    const { state, reason, links, restarts, processes, memoryBytes } = driver.health();
    const project = name.includes(OF) ? name.slice(0, name.indexOf(OF)) : undefined;
    const [trouble] = troubles.values();
    const why = server.isDisabled ? 'An operator took it out of service.' : (reason ?? trouble);
    return {
      name,
      ...(project === undefined ? {} : { project }),
      ...(description === undefined ? {} : { description }),
      kind: driver.kind,
      state: server.isDisabled ? 'disabled' : state,
      ...(why === undefined ? {} : { reason: why }),
      ...{ era: server.eras.shown.era, sharing },
      ...(counts?.lastFault && { lastFault: counts.lastFault }),
      ...{ links, restarts },
      ...(processes === undefined ? {} : { processes }),
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      sessions: sessions.get(name) ?? 0,
      inFlight: server.inFlight,
      ...{ calls: counts?.calls ?? 0, errors: counts?.errors ?? 0 },
      ...(minute && minute.count > 0
        ? { p50: minute.quantile(0.5) ?? 0, p95: minute.quantile(0.95) ?? 0 }
        : {}),
      ...{ endpoints: this.#endpointsOf(name), isKeyed },
    };
  }

  #endpointsOf(name: string): ServerView['endpoints'] {
    const { url, hasSse } = this.#ports;
    const at = `${url()}${pathOf(name)}`;
    const sse = hasSse() ? { sse: `${at}/sse` } : {};
    return { mcp: `${at}/mcp`, ...sse, ws: `${at.replace(/^http/, 'ws')}/ws` };
  }

  /** Open sessions by what their path leads to. */
  #sessions(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { serverName } of this.#ports.gateway.openSessions)
      counts.set(serverName, (counts.get(serverName) ?? 0) + 1);
    return counts;
  }
}

/** @param name of a server, or `project/server` */
function pathOf(name: string): string {
  const at = name.indexOf(OF);
  if (at < 0) return `/servers/${encodeURIComponent(name)}`;
  const [project, server] = [name.slice(0, at), name.slice(at + 1)].map(encodeURIComponent);
  return `/projects/${project}/servers/${server}`;
}
