/** DELETE: the client ends its session (MCP 2025-03-26 and later, transports, "Session Management"). */
import { sessionHeader } from '../../dialects/naming.ts';
import type { ServerVisit } from './front.ts';
import { refuse, refuseUnknown } from './replies.ts';

export function endSession(visit: ServerVisit): void {
  const id = sessionHeader(visit.request);
  if (id === undefined) return refuse(visit.responder, 'missing_session', 'Name the session to end.');
  const session = visit.front.gateway.find(id, visit.principal, visit.mount);
  if (!session) return refuseUnknown(visit);
  visit.responder.reply(200, {});
  session.close('deleted');
}
