import { hrefAt, isOfNodes } from '../chosen-node.ts';
import { findNode, keyOf, labelOf, nodes } from '../nodes.ts';
import { PAGES } from '../pages.ts';
import type { Route } from '../route.ts';
import { useStore } from '../store.ts';

/** Over pages that are of the node that serves them while another is chosen: so that nobody takes them for that one's. */
export function NodeNote({ route }: { readonly route: Route }) {
  const { nodes: all } = useStore(nodes);
  const page = PAGES.find(({ path }) => path === route.page);
  if (!page || isOfNodes(route) || route.node === undefined) return null;
  if (findNode(all, route.node)?.isThis === true) return null;
  const own = findNode(all, undefined);
  return (
    <p role="note" className="mb-4 rounded-md bg-accent-ground px-3 py-2">
      This page is of this node{own && <bdi>, {labelOf(keyOf(own))}</bdi>}: what it shows is not of{' '}
      <bdi>{labelOf(route.node)}</bdi>, which stays chosen for other pages.{' '}
      <a className="text-accent underline" href={hrefAt(undefined, route)}>
        Choose this node
      </a>
    </p>
  );
}
