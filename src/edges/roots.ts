/** What the root routes of a site lead to: one server, or all of them merged. */
import type { Gateway } from '../engine/gateway.ts';
import type { Mount } from '../engine/line.ts';
import type { MergeRules } from '../engine/merge/merge.ts';
import type { Server } from '../engine/server.ts';

export interface RootRules {
  /** The project whose root it is; undefined: the gateway's own. */
  readonly project: string | undefined;
  /** Its servers, by the names that callers know. */
  readonly servers: ReadonlyMap<string, Server>;
  /** The server it is to be; default: the only one, or all of them. */
  readonly chosen: string | undefined;
  readonly merge: MergeRules | undefined;
}

/** Undefined where there is no server. A merge that there is already takes over these servers and rules. */
export function rootOf(
  gateway: Gateway,
  { project, servers, chosen, merge = {} }: RootRules,
): Mount | undefined {
  if (chosen !== undefined) return servers.get(chosen)?.mount;
  if (servers.size < 2) return servers.values().next().value?.mount;
  return gateway.merge({
    ...merge,
    // No server is called so.
    name: project === undefined ? '/' : `/${project}`,
    title: project ?? 'sluice',
    members: [...servers].map(([name, server]) => ({ name, server })),
  });
}
