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

interface Health {
  readonly sessions: number;
  readonly cluster: { readonly state: string; readonly others: readonly string[] };
}

/** How it is among others, as it says at `/health`: whether it holds its lease, and whom it knows. */
export async function placeOf(node: ClusterNode): Promise<Health['cluster']> {
  return (await healthOf(node)).cluster;
}

/** How many sessions there are, at all nodes together. */
export async function sessionsAt(nodes: readonly ClusterNode[]): Promise<number> {
  const counts = await Promise.all(nodes.map(async (node) => (await healthOf(node)).sessions));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function healthOf({ url }: ClusterNode): Promise<Health> {
  return (await (await fetch(`${url}/health`)).json()) as Health;
}
