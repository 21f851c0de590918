/**
 * What a client is told whose request was carried to a node that is lost: once, with the id of its request, that it may
 * have been carried out. A stream that can be taken up again just ends: its client comes back, and whoever has the
 * session then says what became of the request.
 */
import { streamable } from '../../dialects/streamable.ts';
import { encodeEvent } from '../../protocol/sse.ts';
import { errorResponse } from '../../protocol/errors.ts';
import { copySpan, readBody } from '../../protocol/message.ts';
import { refuseUncertain, shapeOf } from '../http/elsewhere.ts';
import type { ServerVisit } from '../http/front.ts';
import { refuse, refuseAs } from '../http/replies.ts';
import type { BodyFault } from './ask.ts';
import type { Loss } from './carriage.ts';

const MAY_HAVE_RUN = 'The node that had this session is gone: the request may have been carried out.';
const COME_BACK = 'The node that had this session is gone.';

/** Served anew so often: what it is about may change hands meanwhile. */
const MOST_TRIES = 3;

/** Whether nothing was done for a request, or doing it once more does no harm. */
export function mayAgain({ request, responder, tries = 0 }: ServerVisit, loss: Loss): boolean {
  if (loss.connection !== undefined || responder.isDone || tries >= MOST_TRIES) return false;
  return request.method !== 'POST' || (loss.why !== 'lost' && loss.body !== undefined);
}

/** Of one that did not leave. @param again serves it once more, where that may help */
export function tellUnsent(
  visit: ServerVisit,
  body: Uint8Array | BodyFault | undefined,
  again: ((visit: ServerVisit, body: Uint8Array | undefined) => void) | undefined,
): void {
  const isKnown = body === undefined || body instanceof Uint8Array;
  if (again && isKnown && mayAgain(visit, { body, ids: [], connection: undefined, why: 'undone' }))
    return again(visit, body);
  refuseUncertain(visit, 'The node that has this session cannot be reached now.');
}

/** Of what was not begun, as nobody could have been told what became of it. */
export function tellUnheard({ responder }: Pick<ServerVisit, 'responder'>): void {
  const message = 'The node that has this session cannot be reached now: nothing was done.';
  refuse(responder, 'owner_uncertain', message);
}

export function tellLost(visit: ServerVisit, { ids, connection, why }: Loss): void {
  const { request } = visit;
  if (connection) {
    if (connection.isClosed) return;
    // What can be taken up again was let go of.
    for (const id of ids)
      connection.write(encodeEvent({ event: 'message', data: errorResponse(id, 'node_lost', MAY_HAVE_RUN) }));
    const { retryMs } = visit.front.gateway.context.settings;
    const retry = request.method === 'GET' ? streamable.retry?.(retryMs) : undefined;
    if (retry) connection.write(retry);
    return connection.close('done');
  }
  if (request.method !== 'POST' || why !== 'lost') return refuseUncertain(visit, COME_BACK);
  const [id] = ids;
  refuseAs(visit, shapeOf(visit), 'node_lost', MAY_HAVE_RUN, id);
}

/** The ids of the requests in a body. */
export function idsIn({ front }: ServerVisit, body: Uint8Array): Uint8Array[] {
  const ids: Uint8Array[] = [];
  try {
    for (const message of readBody(body, front.gateway.context.settings.read).messages)
      if (!(message instanceof Error) && message.kind === 'request')
        ids.push(copySpan(message.bytes, message.id));
  } catch {
    // What is no message has no id.
  }
  return ids;
}
