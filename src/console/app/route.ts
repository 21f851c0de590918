/** Where the page is: a path behind `#`, so that the console needs nothing of whatever serves it. */
import { createStore, useStore } from './store.ts';

export interface Route {
  /** The first part of the path: which page. */
  readonly page: string;
  /** The parts after it, decoded. */
  readonly rest: readonly string[];
  /** What a page is filtered by; the node is not in it. */
  readonly query: URLSearchParams;
  /** The node of a cluster that was chosen; undefined: the one that serves the page. */
  readonly node: string | undefined;
}

/** In the query of every address, once a node is chosen. */
const NODE = 'node';

const route = createStore<Route>(read());
/** Since the page was loaded somebody went somewhere: then the heading of the next page takes the focus. */
let hasMoved = false;

addEventListener('hashchange', () => {
  const next = read();
  const before = route.get();
  // Who chooses another node goes on choosing.
  if (next.node === before.node)
    hasMoved ||= next.page !== before.page || next.rest.join('/') !== before.rest.join('/');
  route.set(next);
});

export function currentRoute(): Route {
  return route.get();
}

/** @returns what ends it */
export function onRoute(listener: () => void): () => void {
  return route.subscribe(listener);
}

export function useRoute(): Route {
  return useStore(route);
}

/**
 * @param node at which; default: the one that is chosen
 * @returns an address for `href`; parts are encoded
 */
export function to(
  parts: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
  node: string = route.get().node ?? '',
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query, [NODE]: node })) if (value) search.set(name, value);
  const path = parts.map(encodeURIComponent).join('/');
  return search.size === 0 ? `#/${path}` : `#/${path}?${search}`;
}

export function go(parts: readonly string[], query?: Readonly<Record<string, string | undefined>>): void {
  location.hash = to(parts, query);
}

/** The same page with other filters: no entry of the history for each letter that is typed. */
export function setQuery(query: Readonly<Record<string, string | undefined>>): void {
  const { page, rest } = route.get();
  history.replaceState(null, '', to([page, ...rest], query));
  route.set(read());
}

/** Another address in place of this one, from which nobody can come back to it. */
export function replace(parts: readonly string[]): void {
  history.replaceState(null, '', to(parts));
  route.set(read());
}

/** True once after somebody moved. */
export function takeMove(): boolean {
  const moved = hasMoved;
  hasMoved = false;
  return moved;
}

function read(): Route {
  const [path = '', search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...rest] = path.split('/').map(decoded);
  const query = new URLSearchParams(search);
  const node = query.get(NODE) || undefined;
  query.delete(NODE);
  return { page: page === '' ? 'overview' : page, rest, query, node };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
