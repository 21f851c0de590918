/** Every server that a configuration serves: those of the gateway, then those of its projects. */
import type { Config, ServerConfig } from './types.ts';

export interface Placed {
  /** Its name, unique in the whole gateway: `files`, or `acme/files` for one of the project acme. */
  readonly id: string;
  readonly server: ServerConfig;
  /** Where its entry stands in the file. */
  readonly path: readonly string[];
}

export function everyServer(config: Pick<Config, 'servers' | 'projects'>): Placed[] {
  const own = config.servers.map((server) => ({
    id: server.name,
    server,
    path: ['mcpServers', server.name],
  }));
  const ofProjects = config.projects.flatMap((project) =>
    project.servers.map((server) => ({
      id: serverId(project.name, server.name),
      server,
      path: ['projects', project.name, 'mcpServers', server.name],
    })),
  );
  return [...own, ...ofProjects];
}

/** The name of a project's own server in the whole gateway. No name of a server holds a slash. */
export function serverId(project: string, server: string): string {
  return `${project}/${server}`;
}
