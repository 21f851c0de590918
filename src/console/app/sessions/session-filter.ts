/** Which sessions are listed. */
import type { SessionView } from '../../../edges/admin/contract/session.ts';

export interface SessionFilter {
  readonly search: string;
  readonly server: string;
  readonly dialect: string;
  readonly principal: string;
  readonly state: State;
}

export const STATES = [
  { value: 'open', label: 'Open' },
  { value: 'closed', label: 'Ended' },
  { value: 'all', label: 'Open and ended' },
] as const;
export type State = (typeof STATES)[number]['value'];

/** As it stands in the address. */
export function filterIn(query: URLSearchParams): SessionFilter {
  const word = (name: string) => query.get(name) ?? '';
  const state = STATES.find(({ value }) => value === word('state'))?.value ?? 'open';
  return {
    search: word('q'),
    server: word('server'),
    dialect: word('dialect'),
    principal: word('caller'),
    state,
  };
}

export function queryOf({
  search,
  server,
  dialect,
  principal,
  state,
}: SessionFilter): Record<string, string> {
  return { q: search, server, dialect, caller: principal, state: state === 'open' ? '' : state };
}

export function fitsFilter(session: SessionView, filter: SessionFilter): boolean {
  const { search, server, dialect, principal, state } = filter;
  if (server !== '' && session.server !== server) return false;
  if (dialect !== '' && session.dialect !== dialect) return false;
  if (principal !== '' && session.principal !== principal) return false;
  if (state !== 'all' && (session.closedAt === undefined) !== (state === 'open')) return false;
  return search === '' || textOf(session).includes(search.toLowerCase());
}

function textOf({ id, server, principal, client, address, userAgent, origin, reason }: SessionView): string {
  const parts = [id, server, principal, client?.name, client?.version, address, userAgent, origin, reason];
  return parts.filter(Boolean).join(' ').toLowerCase();
}

/** The values that sessions have, for a list to choose from; the chosen one is among them. */
export function valuesOf(
  sessions: readonly SessionView[],
  of: (session: SessionView) => string,
  chosen: string,
): readonly string[] {
  const values = new Set(sessions.map(of));
  if (chosen !== '') values.add(chosen);
  return [...values].sort().slice(0, MOST_VALUES);
}

/** A list of more is none to choose from: the search finds those, too. */
const MOST_VALUES = 200;
