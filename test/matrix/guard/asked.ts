/** Everything that can be asked of a gateway: each row of its table of routes, at each place, by each method. */
import { ROUTES, type RouteRow } from '../../../src/edges/http/routes.ts';
import { BOTH_TYPES, hello, JSON_TYPE, toolCall } from '../../support/raw-clients.ts';

/** Where a route can stand. */
export interface Spot {
  readonly prefix: string;
  /** The project it is in; undefined: the gateway itself. */
  readonly project?: string;
  /** Whether it is in the configuration. */
  readonly exists: boolean;
}

export interface Asked {
  readonly row: RouteRow;
  readonly spot: Spot;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** It asks to become a WebSocket: nothing more is asked of it where it may. */
  readonly isHandshake?: boolean;
}

/** The servers and projects of the gateway under test, and some that it has not. */
const SPOTS: readonly Spot[] = [
  { prefix: '', exists: true },
  { prefix: '/servers/echo', exists: true },
  { prefix: '/servers/nobody', exists: false },
  { prefix: '/projects/acme', project: 'acme', exists: true },
  { prefix: '/projects/acme/servers/files', project: 'acme', exists: true },
  { prefix: '/projects/acme/servers/nobody', project: 'acme', exists: false },
  { prefix: '/projects/beta', project: 'beta', exists: true },
  { prefix: '/projects/beta/servers/files', project: 'beta', exists: true },
  { prefix: '/projects/gamma', project: 'gamma', exists: true },
  { prefix: '/projects/gamma/servers/files', project: 'gamma', exists: true },
  { prefix: '/projects/nobody', project: 'nobody', exists: false },
  { prefix: '/projects/nobody/servers/files', project: 'nobody', exists: false },
];

/** None of these is a route; a stranger must not be able to tell. */
const NO_ROUTES = ['', 'nothing', 'sse/nothing', 'mcp/../sse', 'metric', '%6dcp', 'MCP'];

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};

const NOT_PUBLIC: RouteRow = { leg: 'mcp', methods: [], isPublic: false, ofServer: true };

const BODY = JSON.stringify(hello(1, '2025-11-25'));
const CALL = JSON.stringify(toolCall(2, 'echo', { text: 'must not run' }));

export const ASKED: readonly Asked[] = [...ROUTES].flatMap(([path, row]) =>
  SPOTS.filter(({ prefix }) => prefix === '' || row.ofServer).flatMap((spot) =>
    [...row.methods.filter((method) => method !== 'OPTIONS'), 'PUT'].flatMap((method) =>
      requests(method, row).flatMap((sending) =>
        placesOf(path, row).map((place) => ({
          row,
          spot,
          method,
          path: `${spot.prefix}/${place}`,
          ...sending,
        })),
      ),
    ),
  ),
);

/** What is there and what is not, to operators: others must not be able to tell. */
function placesOf(path: string, { ofOperators, isPrefix }: RouteRow): string[] {
  if (ofOperators !== true) return [path];
  if (isPrefix !== true) return [path, 'admin/servers/echo/mcp', 'admin/servers/nobody/mcp'];
  return [path, `${path}/`, `${path}/api/overview`, `${path}/api/nothing`, `${path}/servers/echo`];
}

export const NOWHERE: readonly Asked[] = SPOTS.flatMap((spot) =>
  NO_ROUTES.flatMap((path) =>
    requests('POST', NOT_PUBLIC).map((sending) => ({
      row: NOT_PUBLIC,
      spot,
      method: 'POST',
      path: `${spot.prefix}/${path}`,
      ...sending,
    })),
  ),
);

function requests(method: string, { leg }: RouteRow): Pick<Asked, 'headers' | 'body' | 'isHandshake'>[] {
  const head = { ...JSON_TYPE, ...BOTH_TYPES };
  if (method === 'POST') return [BODY, CALL].map((body) => ({ headers: head, body }));
  const stream = { headers: { accept: 'text/event-stream' } };
  return leg === 'ws' && method === 'GET' ? [stream, { headers: HANDSHAKE, isHandshake: true }] : [stream];
}
