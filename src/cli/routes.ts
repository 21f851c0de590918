/** Every address at which a running gateway serves, with what stands there. */
import type { Config } from '../config/types.ts';

export interface Addresses {
  /** Undefined: HTTP+SSE is switched off. */
  readonly sse: string | undefined;
  readonly mcp: string;
  readonly ws: string;
}

export interface Route extends Addresses {
  /** What to call it in a client. */
  readonly name: string;
  /** What it leads to, for people. */
  readonly about: string;
  /** Undefined: one of the gateway itself. */
  readonly project: string | undefined;
  /** Undefined: a root, of one server or of all merged. */
  readonly server: string | undefined;
  /** Whether a key must be shown. */
  readonly isKeyed: boolean;
}

/**
 * The routes of the gateway, then those of its projects; each root after its servers.
 * @param base the address of the gateway, without a slash at its end
 */
export function routesOf(config: Config, base: string): Route[] {
  const { servers, projects, sse: hasSse } = config;
  const isKeyed = config.apiKeyRequired || config.oauth !== undefined;
  const names = servers.map(({ name }) => name);
  const own = siteRoutes({
    base,
    project: undefined,
    names,
    chosen: config.default,
    isKeyed,
    hasSse,
  });
  const ofProjects = projects.flatMap((project) => {
    const { name, apiKeys, shared, default: chosen } = project;
    return siteRoutes({
      base: `${base}/projects/${name}`,
      project: name,
      names: [...project.servers.map((server) => server.name), ...shared],
      chosen,
      isKeyed: apiKeys !== undefined || isKeyed,
      hasSse,
    });
  });
  return [...own, ...ofProjects];
}

interface SiteFacts {
  readonly base: string;
  readonly project: string | undefined;
  readonly names: readonly string[];
  readonly chosen: string | undefined;
  readonly isKeyed: boolean;
  readonly hasSse: boolean;
}

function siteRoutes({ base, project, names, chosen, isKeyed, hasSse }: SiteFacts): Route[] {
  if (names.length === 0) return [];
  const common = { project, isKeyed };
  const routes: Route[] = names.map((server) => ({
    ...common,
    ...addressesOf(`${base}/servers/${server}`, hasSse),
    name: project === undefined ? server : `${project}-${server}`,
    about: project === undefined ? server : `${project}/${server}`,
    server,
  }));
  const about = chosen ?? 'all of them';
  const name = project ?? 'sluice';
  routes.push({ ...common, ...addressesOf(base, hasSse), name, about, server: undefined });
  return routes;
}

function addressesOf(path: string, hasSse: boolean): Addresses {
  const socket = path.replace(/^http/, 'ws');
  return { sse: hasSse ? `${path}/sse` : undefined, mcp: `${path}/mcp`, ws: `${socket}/ws` };
}
