/** Where the page is: a path behind `#`, so that the console needs nothing of whatever serves it. */
import { createStore, useStore } from './store.ts';

export interface Route {
  /** The first part of the path: which page. */
  readonly page: string;
  /** The parts after it, decoded. */
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

const route = createStore<Route>(read());
/** Since the page was loaded somebody went somewhere: then the heading of the next page takes the focus. */
let hasMoved = false;

addEventListener('hashchange', () => {
  const next = read();
  hasMoved ||= next.page !== route.get().page || next.rest.join('/') !== route.get().rest.join('/');
  route.set(next);
});

export function useRoute(): Route {
  return useStore(route);
}

/** @returns an address for `href`; parts are encoded */
export function to(
  parts: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) search.set(name, value);
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
  return { page: page === '' ? 'overview' : page, rest, query: new URLSearchParams(search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
