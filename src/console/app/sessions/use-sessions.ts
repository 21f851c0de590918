/** Sessions as they come and go: asked for once, kept true by what happens, at a pace that can be looked at. */
import { useEffect, useRef } from 'react';
import type { SessionList } from '../../../edges/admin/contract/lists.ts';
import type { SessionView } from '../../../edges/admin/contract/session.ts';
import { api } from '../api.ts';
import { useLive } from '../live.ts';
import { type Asked, useAsked } from '../use-asked.ts';
import { type Fresh, moreOpen } from './more-open.ts';

/** Changes are shown together, so often. */
const SHOW_MS = 250;
/** Kept of those that have ended, the last ones. */
const MOST = 2_000;

export function useSessions(): Asked<SessionList> {
  const asked = useAsked((signal) => api.sessions({ state: 'all', limit: MOST }, signal));
  const { change } = asked;
  const waiting = useRef(new Map<string, Fresh>());
  useLive(['sessions'], (event) => {
    if (event.event !== 'session') return;
    const { change: what, session } = event.data;
    const isNew = what === 'opened' || waiting.current.get(session.id)?.isNew === true;
    waiting.current.set(session.id, { session, isNew });
  });
  useEffect(() => {
    const timer = setInterval(() => {
      if (waiting.current.size === 0) return;
      const fresh = waiting.current;
      waiting.current = new Map();
      change(({ sessions, open }) => ({
        sessions: merged(sessions, fresh),
        open: Math.max(0, open + moreOpen(sessions, fresh)),
      }));
    }, SHOW_MS);
    return () => clearInterval(timer);
  }, [change]);
  return asked;
}

function merged(before: readonly SessionView[], fresh: ReadonlyMap<string, Fresh>): SessionList['sessions'] {
  const kept = before.map((session) => fresh.get(session.id)?.session ?? session);
  const known = new Set(before.map(({ id }) => id));
  const added = [...fresh.values()]
    .map(({ session }) => session)
    .filter(({ id }) => !known.has(id))
    .reverse();
  const all = [...added, ...kept];
  if (all.length <= MOST) return all;
  // Those that are open stay as long as there is room.
  const open = all.filter(({ closedAt }) => closedAt === undefined);
  return [...open, ...all.filter(({ closedAt }) => closedAt !== undefined)].slice(0, MOST);
}
