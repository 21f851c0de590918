/**
 * Which node of a cluster the page looks at. It is chosen in the address (`?node=` behind the `#`), so that a link leads back to
 * it and two windows may look at two nodes. The node that serves the page asks it, so the page itself talks to nobody else.
 */
import type { AT_NODE } from '../../edges/admin/contract/nodes.ts';
import { currentRoute, type Route, to } from './route.ts';

/** The pages that show the node that was chosen. All others are of the node that serves the page, whichever is chosen. */
const PAGES_OF_NODES: ReadonlySet<string> = new Set(['overview', 'servers', 'sessions', 'logs', 'settings']);

/** Below `/admin/api/`, by the first part of the path: what can be asked of another node. */
const ASKED_OF_NODES: Readonly<Record<(typeof AT_NODE)[number], true>> = {
  overview: true,
  config: true,
  servers: true,
  sessions: true,
  messages: true,
  stats: true,
  logs: true,
  events: true,
};

export function isOfNodes({ page }: Pick<Route, 'page'>): boolean {
  return PAGES_OF_NODES.has(page);
}

/** @returns the node that a page shows; undefined: the one that serves it */
export function nodeOf(route: Route): string | undefined {
  return isOfNodes(route) ? route.node : undefined;
}

/** The same of the page that is open. */
export function nodeAsked(): string | undefined {
  return nodeOf(currentRoute());
}

/** @param path below `/admin/api/` @returns the same, of the node that is looked at where it can be asked of others */
export function atNode(path: string): string {
  const node = nodeAsked();
  const [first = ''] = path.split(/[/?]/, 1);
  // One that names its node means it.
  if (node === undefined || !Object.hasOwn(ASKED_OF_NODES, first) || /[?&]node=/.test(path)) return path;
  return `${path}${path.includes('?') ? '&' : '?'}node=${encodeURIComponent(node)}`;
}

/** The page that is open, of another node. A session is of one node: there, all of them. */
export function hrefAt(node: string | undefined, { page, rest, query }: Route): string {
  const parts = page === 'sessions' ? [page] : [page, ...rest];
  return to(parts, Object.fromEntries(query), node ?? '');
}

/** @param node undefined: the one that serves the page */
export function choose(node: string | undefined): void {
  location.hash = hrefAt(node, currentRoute());
}
