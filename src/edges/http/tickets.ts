/**
 * Tickets for streams that are opened without headers: `EventSource` and a browser's `WebSocket` cannot send any.
 *
 * `POST …/tickets` with a key gives one; `?ticket=…` on the GET that opens a stream of the same route takes it.
 */
import { queryValue } from '../../dialects/query.ts';
import type { ServerVisit } from './front.ts';
import { json, refuse } from './replies.ts';
import type { IncomingRequest } from './request.ts';
import type { Match } from './routes.ts';

export function giveTicket(visit: ServerVisit): void {
  const { tickets } = visit.front;
  const ticket = tickets.issue(visit.caller, visit.match.prefix);
  if (ticket === undefined) {
    return refuse(visit.responder, 'too_many_tickets', 'There are as many unused tickets as there may be.');
  }
  json(visit.responder, 200, { ticket, expiresInMs: tickets.limits.ms });
}

/** The ticket that a request shows, where one is taken: on a GET that opens a stream. */
export function ticketOf(request: IncomingRequest, match: Match | undefined): string | undefined {
  return match?.row.takesTickets === true && request.method === 'GET'
    ? queryValue(request.query, 'ticket')
    : undefined;
}
