/**
 * Tickets for streams that are opened without headers: `EventSource` and a browser's `WebSocket` cannot send any.
 *
 * `POST …/tickets` with a key gives one; `?ticket=…` on the GET that opens a stream of the same route takes it, from
 * the page that asked for it or, where no page did, from whoever was handed it.
 */
import { queryValue } from '../../dialects/query.ts';
import { type Soon, whenKnown } from '../soon.ts';
import type { ServerVisit } from './front.ts';
import { json, refuse } from './replies.ts';
import type { IncomingRequest } from './request.ts';
import type { Match } from './routes.ts';

/** Never rejects. */
export function giveTicket(visit: ServerVisit): Soon<void> {
  const { tickets } = visit.front;
  const ticket = tickets.issue(visit.caller, visit.match.prefix, visit.request.header('origin'));
  return whenKnown(ticket, (given) => {
    if (visit.responder.isDone) return;
    if (given !== undefined)
      return json(visit.responder, 200, { ticket: given, expiresInMs: tickets.limits.ms });
    refuse(visit.responder, 'too_many_tickets', 'There are as many unused tickets as there may be.');
  });
}

/** Whether there may be one in a query. */
export function hasTicket(query: string): boolean {
  return query !== '' && query.includes('ticket=');
}

/** The ticket that a request shows, where one is taken: on a GET that opens a stream. */
export function ticketOf(request: IncomingRequest, match: Match | undefined): string | undefined {
  return match?.row.takesTickets === true && request.method === 'GET'
    ? queryValue(request.query, 'ticket')
    : undefined;
}

/** A page that runs in no browser window, like one of an extension, calls from nowhere when it may call anything. */
const OF_THE_WEB = /^https?:/i;

/**
 * Whether a request comes from where a page of that origin would. Browsers name the origin of a page with each POST and
 * each WebSocket, but not with a GET to the origin of the page itself (WHATWG Fetch, "append a request Origin header").
 */
export function isFrom(request: IncomingRequest, publicOrigin: string | undefined, origin: string): boolean {
  const named = request.header('origin');
  if (named !== undefined) return named === origin;
  return !OF_THE_WEB.test(origin) || origin === publicOrigin || hostOf(origin) === request.header('host');
}

/** Of one as browsers write it; not its scheme, which a proxy in front may have changed unseen. */
function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2);
}
