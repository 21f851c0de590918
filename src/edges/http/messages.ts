/**
 * POST of the HTTP+SSE dialect: acknowledged at once, answered on the session's stream, errors included, because
 * some clients end their session at any answer but 2xx.
 */
import { httpSse } from '../../dialects/http-sse.ts';
import type { Session } from '../../engine/session.ts';
import { errorResponse, ProtocolError } from '../../protocol/errors.ts';
import { readBody } from '../../protocol/message.ts';
import { checkBatch, isJson, readBytes } from './body.ts';
import type { ServerVisit } from './front.ts';
import { refuse, refuseWith } from './replies.ts';

/** 2024-11-05 has no word on batches, but JSON-RPC 2.0 has them; 2025-06-18 took them out. */
const LAST_WITH_BATCHES = '2025-03-26';

/** Undefined when the POST names no session in its query and is not of this dialect. */
export function postMessages(visit: ServerVisit): Promise<void> | undefined {
  const id = httpSse.locate(visit.request);
  const isOnlyRoute = visit.match.row.leg === 'messages';
  if (id === undefined && !isOnlyRoute) return undefined;
  if (id === undefined) return none(visit, 'missing_session', 'The query names no `sessionId`.');
  const session = visit.front.gateway.find(id, visit.principal, visit.mount);
  if (!session || session.dialect !== httpSse) return none(visit, 'unknown_session', 'Session not found.');
  if (!isJson(visit.request.header('content-type'))) {
    return none(visit, 'wrong_content_type', 'The body must be application/json.');
  }
  return take(visit, session);
}

function none(
  visit: ServerVisit,
  word: 'missing_session' | 'unknown_session' | 'wrong_content_type',
  message: string,
): Promise<void> {
  refuse(visit.responder, word, message);
  return Promise.resolve();
}

async function take(visit: ServerVisit, session: Session): Promise<void> {
  const { status, headers } = httpSse.accepted();
  try {
    const bytes = await readBytes(visit);
    if (session.isClosed) return none(visit, 'unknown_session', 'Session not found.');
    visit.responder.reply(status, headers);
    receive(visit, session, bytes);
  } catch (error) {
    if (!(error instanceof ProtocolError)) return refuseWith(visit.responder, error);
    visit.responder.reply(status, headers);
    tell(session, error);
  }
}

function receive(visit: ServerVisit, session: Session, bytes: Uint8Array): void {
  const body = readBody(bytes, visit.front.gateway.context.settings.read);
  if (!body.batch) return session.receive(body.messages[0]);
  checkBatch(body.messages, session.version, session.version <= LAST_WITH_BATCHES);
  for (const message of body.messages) {
    if (message instanceof Error) tell(session, message);
    else session.receive(message);
  }
}

function tell(session: Session, error: Error): void {
  if (!(error instanceof ProtocolError)) throw error;
  session.note(error.word, error.message);
  session.standing.publish(errorResponse(error.id, error.word, error.message));
}
