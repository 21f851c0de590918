/**
 * The table of routes. What is not in it does not exist; what it does not mark as public needs a principal.
 */
import type { PostKind } from '../../engine/ports-shape.ts';

export type Leg =
  | 'sse'
  | 'mcp'
  | 'ws'
  | 'messages'
  | 'tickets'
  | 'health'
  | 'healthz'
  | 'readyz'
  | 'metrics'
  | 'resource-metadata'
  | 'console'
  | 'admin';

export interface RouteRow {
  readonly leg: Leg;
  readonly methods: readonly string[];
  /** Open to strangers: tells nothing but whether the gateway lives. */
  readonly isPublic: boolean;
  /** Leads to servers, so it also exists under `/servers/{server}` and `/projects/{project}`. */
  readonly ofServer: boolean;
  /** A GET opens a stream here, and a ticket is as good as a key for it. */
  readonly takesTickets?: boolean;
  /** Whose client alone posts here; default: anyone's. */
  readonly kind?: PostKind;
  /** For operators, whom no key of a caller makes: it is there where the admin API is on. */
  readonly ofOperators?: boolean;
  /** Whatever is below its path is its, too. */
  readonly isPrefix?: boolean;
}

const ANY_METHOD = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'];
const STREAM_METHODS = ['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS'];

export const ROUTES: ReadonlyMap<string, RouteRow> = new Map<string, RouteRow>([
  ['sse', { leg: 'sse', methods: STREAM_METHODS, isPublic: false, ofServer: true, takesTickets: true }],
  ['mcp', { leg: 'mcp', methods: STREAM_METHODS, isPublic: false, ofServer: true, takesTickets: true }],
  // Where documents have everything at one path below `/api`.
  ['api/mcp', { leg: 'mcp', methods: STREAM_METHODS, isPublic: false, ofServer: false, takesTickets: true }],
  ['ws', { leg: 'ws', methods: ['GET', 'OPTIONS'], isPublic: false, ofServer: true, takesTickets: true }],
  ['mcp/sse', { leg: 'sse', methods: STREAM_METHODS, isPublic: false, ofServer: true, takesTickets: true }],
  ['messages', { leg: 'messages', methods: ['POST', 'OPTIONS'], isPublic: false, ofServer: true }],
  [
    'mcp/sse/message',
    { leg: 'messages', methods: ['POST', 'OPTIONS'], isPublic: false, ofServer: true, kind: 'rails' },
  ],
  ['tickets', { leg: 'tickets', methods: ['POST', 'OPTIONS'], isPublic: false, ofServer: true }],
  ['health', { leg: 'health', methods: ['GET', 'HEAD', 'OPTIONS'], isPublic: true, ofServer: false }],
  ['healthz', { leg: 'healthz', methods: ['GET', 'HEAD', 'OPTIONS'], isPublic: true, ofServer: false }],
  ['readyz', { leg: 'readyz', methods: ['GET', 'HEAD', 'OPTIONS'], isPublic: true, ofServer: false }],
  ['metrics', { leg: 'metrics', methods: ['GET', 'HEAD', 'OPTIONS'], isPublic: false, ofServer: false }],
  // Before the path of what it is about (RFC 9728 section 3.1).
  [
    '.well-known/oauth-protected-resource',
    { leg: 'resource-metadata', methods: ['GET', 'HEAD', 'OPTIONS'], isPublic: true, ofServer: false },
  ],
  // The page is open, as what it shows is asked for with the session of its operator.
  [
    'console',
    {
      ...{ leg: 'console', methods: ['GET', 'HEAD'], isPublic: true, ofServer: false },
      ...{ ofOperators: true, isPrefix: true },
    },
  ],
  [
    'admin',
    {
      ...{ leg: 'admin', methods: ANY_METHOD, isPublic: false, ofServer: false },
      ...{ ofOperators: true, isPrefix: true },
    },
  ],
  // All that there is, or one server (`/admin/servers/{server}/mcp`), whole and without a policy.
  [
    'admin/mcp',
    {
      ...{ leg: 'mcp', methods: ['GET', 'POST', 'DELETE'], isPublic: false, ofServer: false },
      ofOperators: true,
    },
  ],
]);

/** Whether a path is one for operators, be it a route or not. */
export function isOfOperators(path: string): boolean {
  return OF_OPERATORS.test(path);
}

const OF_OPERATORS = /^\/(?:admin|console)(?:\/|$)/;

export interface Match {
  readonly row: RouteRow;
  /** The project named in the path; undefined for the gateway itself. */
  readonly project: string | undefined;
  /** The server named in the path; undefined at the root. */
  readonly server: string | undefined;
  /** The path before the leg as it was sent: empty at the root, `/servers/{server}`, `/projects/{project}` … */
  readonly prefix: string;
}

/** Bounded, because paths come from strangers; in practice there are as many as configured servers. */
const CACHE_CAP = 256;

/** Matches paths, remembering those seen before. A trailing slash is tolerated. */
export class Router {
  readonly #seen = new Map<string, Match>();

  match(path: string): Match | undefined {
    const seen = this.#seen.get(path);
    if (seen) return seen;
    const match = matchAny(path);
    // Strangers ask for metadata under any path.
    if (match && !match.row.isPublic && !match.row.isPrefix && this.#seen.size < CACHE_CAP)
      this.#seen.set(path, match);
    return match;
  }
}

function matchAny(path: string): Match | undefined {
  if (path.startsWith(METADATA)) return matchMetadata(path);
  return isOfOperators(path) ? matchOperators(path) : matchPath(path);
}

/** Servers of projects are called `project%2Fserver`. */
function matchOperators(path: string): Match | undefined {
  const parts = path.split('/', MOST_PARTS);
  if (parts.at(-1) === '' && parts.length > 2) parts.pop();
  const server = parts[2] === 'servers' && parts.length === 5 ? decode(parts[3]) : undefined;
  const place = server === undefined ? parts.slice(1) : [parts[1], ...parts.slice(4)];
  const row = ROUTES.get(place.join('/'));
  if (row && !row.isPrefix) return { row, project: undefined, server, prefix: parts.slice(0, -1).join('/') };
  const above = ROUTES.get(parts[1] ?? '');
  return above && { row: above, project: undefined, server: undefined, prefix: `/${parts[1]}` };
}

function matchPath(path: string): Match | undefined {
  const parts = path.split('/', MOST_PARTS);
  if (parts[0] !== '') return undefined;
  if (parts.at(-1) === '' && parts.length > 2) parts.pop();
  const inProject = parts[1] === 'projects' ? 2 : 0;
  const inServer = parts[1 + inProject] === 'servers' ? 2 : 0;
  const project = inProject === 0 ? undefined : decode(parts[2]);
  const server = inServer === 0 ? undefined : decode(parts[2 + inProject]);
  const row = ROUTES.get(parts.slice(1 + inProject + inServer).join('/'));
  if (!row || (inProject > 0 && project === undefined) || (inServer > 0 && server === undefined))
    return undefined;
  if (inProject + inServer > 0 && !row.ofServer) return undefined;
  return { row, project, server, prefix: parts.slice(0, 1 + inProject + inServer).join('/') };
}

const METADATA = '/.well-known/oauth-protected-resource';

/** Of an endpoint, a prefix of endpoints, or the gateway itself; whether that exists is not looked at. */
function matchMetadata(path: string): Match | undefined {
  const row = ROUTES.get(METADATA.slice(1));
  const of = path.slice(METADATA.length);
  return row && isResource(of) ? { row, project: undefined, server: undefined, prefix: '' } : undefined;
}

function isResource(path: string): boolean {
  if (path === '' || path === '/') return true;
  const match = matchPath(path) ?? matchPath(`${path.replace(/\/$/, '')}/mcp`);
  return match?.row.takesTickets === true;
}

/** `/projects/{project}/servers/{server}/mcp/sse/message/`, and one more that tells a longer path. */
const MOST_PARTS = 10;

function decode(part: string | undefined): string | undefined {
  if (!part) return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
