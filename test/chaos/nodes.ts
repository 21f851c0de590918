/** What nodes say of themselves. */
import type { ClusterNode } from '../support/cluster-node.ts';

export interface Ready {
  readonly http: number;
  readonly status: string;
  readonly degraded?: readonly string[];
}

/** What it says at `/readyz`. */
export async function readyOf({ url }: ClusterNode): Promise<Ready> {
  const answer = await fetch(`${url}/readyz`);
  return { http: answer.status, ...((await answer.json()) as Omit<Ready, 'http'>) };
}

/** How many sessions there are, at all nodes together. */
export async function sessionsAt(nodes: readonly ClusterNode[]): Promise<number> {
  const counts = await Promise.all(
    nodes.map(async ({ url }) => {
      const told = (await (await fetch(`${url}/health`)).json()) as { sessions: number };
      return told.sessions;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
