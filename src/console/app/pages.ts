/** The pages there are: each is loaded when it is opened. To make another, see ../README.md. */
import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { IconName } from './parts/Icon.tsx';

/** What a page is given: what stands behind its name in the address. */
export interface PageProps {
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

export interface PageEntry {
  /** In the address: `#/servers`. */
  readonly path: string;
  readonly title: string;
  readonly icon: IconName;
  /** Goes there after `g`. */
  readonly key: string;
  readonly Page: LazyExoticComponent<ComponentType<PageProps>>;
}

export const PAGES: readonly PageEntry[] = [
  {
    path: 'overview',
    title: 'Overview',
    icon: 'overview',
    key: 'o',
    Page: lazy(() => import('./overview/page.tsx')),
  },
  {
    path: 'servers',
    title: 'Servers',
    icon: 'servers',
    key: 'v',
    Page: lazy(() => import('./servers/page.tsx')),
  },
  {
    path: 'sessions',
    title: 'Sessions',
    icon: 'sessions',
    key: 's',
    Page: lazy(() => import('./sessions/page.tsx')),
  },
  {
    path: 'playground',
    title: 'Playground',
    icon: 'playground',
    key: 'p',
    Page: lazy(() => import('./playground/page.tsx')),
  },
  { path: 'logs', title: 'Logs', icon: 'logs', key: 'l', Page: lazy(() => import('./logs/page.tsx')) },
  { path: 'audit', title: 'Audit', icon: 'audit', key: 'a', Page: lazy(() => import('./audit/page.tsx')) },
  { path: 'keys', title: 'Keys', icon: 'keys', key: 'k', Page: lazy(() => import('./keys/page.tsx')) },
  {
    path: 'settings',
    title: 'Settings',
    icon: 'settings',
    key: 'c',
    Page: lazy(() => import('./settings/page.tsx')),
  },
  {
    path: 'reference',
    title: 'API reference',
    icon: 'reference',
    key: 'r',
    Page: lazy(() => import('./reference/page.tsx')),
  },
];
