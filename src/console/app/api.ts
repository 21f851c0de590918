/**
 * The admin API, typed: what a page asks of the gateway.
 *
 * Everything rejects with a `Problem` (code, message, hint). Where the gateway says 401, the page goes to its sign-in
 * and comes back as it was.
 */
import type { AuditPage } from '../../edges/admin/contract/audit.ts';
import type { KeyView, MadeKey, NewKey } from '../../edges/admin/contract/keys.ts';
import type { MessageList, ServerList, SessionList, StatsList } from '../../edges/admin/contract/lists.ts';
import type { LogLine } from '../../edges/admin/contract/live.ts';
import type { NodeList } from '../../edges/admin/contract/nodes.ts';
import type { Overview, Setting } from '../../edges/admin/contract/overview.ts';
import type { ServerView } from '../../edges/admin/contract/server.ts';
import type { SessionView } from '../../edges/admin/contract/session.ts';
import { wasRefused } from './auth.ts';
import { request } from './http.ts';
import { atNode } from './chosen-node.ts';
import { asProblem } from './problem.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;
type Signal = AbortSignal | undefined;

export const api = {
  overview: (signal?: Signal) => get<Overview>('overview', {}, signal),
  stats: (signal?: Signal) => get<StatsList>('stats', {}, signal),
  config: (signal?: Signal) => get<{ settings: readonly Setting[] }>('config', {}, signal),

  nodes: (signal?: Signal) => get<NodeList>('nodes', {}, signal),
  /** Of one node, whichever is looked at; the last seconds alone. */
  statsOf: (node: string, seconds: number, signal?: Signal) =>
    get<StatsList>('stats', { node, seconds }, signal),

  servers: (signal?: Signal) => get<ServerList>('servers', {}, signal),
  restart: (name: string) => call<ServerView>('POST', `servers/${part(name)}/restart`),
  disable: (name: string) => call<ServerView>('POST', `servers/${part(name)}/disable`),
  enable: (name: string) => call<ServerView>('POST', `servers/${part(name)}/enable`),

  sessions: (query: Query = {}, signal?: Signal) => get<SessionList>('sessions', query, signal),
  session: (id: string, signal?: Signal) => get<SessionView>(`sessions/${part(id)}`, {}, signal),
  closeSession: (id: string) => call<void>('DELETE', `sessions/${part(id)}`),
  messages: (query: Query = {}, signal?: Signal) => get<MessageList>('messages', query, signal),

  logs: (query: Query = {}, signal?: Signal) => get<{ lines: readonly LogLine[] }>('logs', query, signal),
  audit: (query: Query = {}, signal?: Signal) => get<AuditPage>('audit', query, signal),

  keys: (signal?: Signal) => get<{ keys: readonly KeyView[] }>('keys', {}, signal),
  makeKey: (key: NewKey) => call<MadeKey>('POST', 'keys', key),
  revokeKey: (id: string) => call<void>('DELETE', `keys/${part(id)}`),

  /** Any other route: `path` is below `/admin/api/`. */
  get,
  call,
};

/** A name as one part of a path: those of projects have a slash in them. */
export function part(name: string): string {
  return encodeURIComponent(name);
}

function get<Answer>(path: string, query: Query = {}, signal?: Signal): Promise<Answer> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const asked = search.size === 0 ? path : `${path}?${search}`;
  return call<Answer>('GET', asked, undefined, signal);
}

async function call<Answer>(method: string, path: string, body?: unknown, signal?: Signal): Promise<Answer> {
  try {
    return (await request(method, atNode(path), body, signal)) as Answer;
  } catch (error) {
    if (signal?.aborted) throw error;
    const problem = asProblem(error);
    if (problem.status === 401) wasRefused();
    throw problem;
  }
}
