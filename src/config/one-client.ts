/** A configuration for a gateway that serves one client, who starts it and waits for it. */
import type { Config, ServerConfig } from './types.ts';

/** How long a merged list waits for servers that are still starting: nobody came before to have them started. */
const LIST_WAIT_MS = 5_000;

/** What the file does not say otherwise: nothing is started before it is asked for, and little is logged. */
export function forOneClient(config: Config): Config {
  const { sources, merge, log } = config;
  const says = (path: string) => sources.has(path);
  return {
    ...config,
    servers: config.servers.map(cold),
    merge: {
      ...merge,
      ahead: says('merge.ahead') ? merge.ahead : false,
      wait: says('merge.wait') ? merge.wait : LIST_WAIT_MS,
    },
    // What its people see of us is the client's log: only what is wrong belongs there.
    log: { ...log, level: says('log.level') ? log.level : 'warn' },
  };
}

/** Without processes for sessions to come: there is one. */
function cold(server: ServerConfig): ServerConfig {
  return server.type === 'stdio' ? { ...server, warm: 0 } : server;
}
