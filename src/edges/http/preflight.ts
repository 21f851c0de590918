/** What pages are told of headers: which they may send, and which they may read (WHATWG Fetch, CORS protocol). */
import type { Responder } from '../../engine/ports.ts';
import type { IncomingRequest } from './request.ts';
import type { Match } from './routes.ts';

export const EXPOSED =
  'Idempotency-Key, Mcp-Session-Id, Retry-After, RateLimit, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, WWW-Authenticate, X-Session-ID';
const ASKED =
  'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id, X-API-Key, X-Session-ID';

export const VARY: Record<string, string> = { vary: 'Origin' };
/** So that no page that comes of it tells others its address. */
export const NO_REFERRER: Record<string, string> = { 'referrer-policy': 'no-referrer' };

/** Names of headers and nothing else, as browsers write them. */
const NAMES = /^[\w!#$%&'*+.^`|~-]+(?:, ?[\w!#$%&'*+.^`|~-]+){0,31}$/;

/** A page that may call may send what it likes: which headers mean something depends on where it calls. */
export function preflight(request: IncomingRequest, responder: Responder, match: Match): void {
  const wished = request.header('access-control-request-headers') ?? '';
  // A page out on the network that may call one that is further inside (WICG, Private Network Access).
  const isInward = request.header('access-control-request-private-network') === 'true';
  const mayInward = isInward && request.header('origin') !== undefined;
  responder.reply(204, {
    ...(mayInward ? { 'access-control-allow-private-network': 'true' } : {}),
    'access-control-allow-methods': match.row.methods.join(', '),
    'access-control-allow-headers': NAMES.test(wished) ? `${ASKED}, ${wished}` : ASKED,
    'access-control-max-age': '600',
  });
}
