import type { ServerView } from '../../../edges/admin/contract/server.ts';
import { api } from '../api.ts';
import { useLive } from '../live.ts';
import type { Problem } from '../problem.ts';
import { useAsked } from '../use-asked.ts';

export interface Servers {
  readonly servers: readonly ServerView[] | undefined;
  readonly problem: Problem | undefined;
  readonly reload: () => void;
  /** Shows what an action answered, before the feed tells it. */
  readonly put: (server: ServerView) => void;
}

/** All servers, kept true by the feed. */
export function useServers(): Servers {
  const { data, problem, reload, change } = useAsked((signal) => api.servers(signal));
  const put = (server: ServerView) => change(({ servers }) => ({ servers: withThis(servers, server) }));
  useLive(['servers'], (event) => {
    if (event.event === 'server') put(event.data);
    if (event.event === 'serverGone') {
      const { name } = event.data;
      change(({ servers }) => ({ servers: servers.filter((server) => server.name !== name) }));
    }
    // What was not told is asked for.
    if (event.event === 'missed') reload();
  });
  return { servers: data?.servers, problem, reload, put };
}

function withThis(servers: readonly ServerView[], one: ServerView): ServerView[] {
  if (!servers.some(({ name }) => name === one.name)) return [...servers, one];
  return servers.map((server) => (server.name === one.name ? one : server));
}
