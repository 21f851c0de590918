import type { PageProps } from '../pages.ts';
import { ModernRequests } from './ModernRequests.tsx';
import { OneSession } from './OneSession.tsx';
import { SessionsList } from './SessionsList.tsx';

/** In the address in place of a session's id: requests that belong to none. */
const MODERN = 'modern';

export default function Page({ rest, query }: PageProps) {
  const [id] = rest;
  if (id === undefined || id === '') return <SessionsList query={query} />;
  return id === MODERN ? <ModernRequests /> : <OneSession key={id} id={id} />;
}
