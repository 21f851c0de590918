/** What an operator asks of another node, as it leaves, and what is told where no answer comes. */
import { ProtocolError } from '../../protocol/errors.ts';
import type { Visit } from '../http/front.ts';
import { tellProblem } from '../http/operators.ts';
import type { Loss } from './carriage.ts';
import type { Errand } from './errand.ts';

/** Nothing that operators send is larger. */
const MOST_BYTES = 1024 * 1024;
const EMPTY = new Uint8Array(0);
const SOON = { 'retry-after': '1' };
const AGAIN = 'Ask for the list of nodes, and try again.';
const LOOK = 'Look whether it was done before you do it again.';
const ENDED = new TextEncoder().encode(': the node that was asked is gone\n\n');

/** Undefined where nobody waits for an answer any more, or it was given. Never rejects. */
export async function operatorBody(visit: Visit): Promise<Uint8Array | undefined> {
  const { request, front, responder } = visit;
  if (isLook(visit)) return EMPTY;
  try {
    const body = await request.body(MOST_BYTES, front.bodyMs);
    return responder.isDone ? undefined : body;
  } catch (error) {
    if (error instanceof ProtocolError) tellProblem(visit, error.word, error.message);
    else tellProblem(visit, 'invalid_request', 'This is no request.');
    return undefined;
  }
}

export function operatorErrand(visit: Visit, body: Uint8Array): Errand {
  return {
    responder: visit.responder,
    // What does something is waited for where this node is to end, and looks are not.
    body: isLook(visit) ? undefined : body,
    idsIn: () => [],
    heard: () => {},
    lost: (loss) => tellOperatorLost(visit, loss),
    over: () => {},
  };
}

/** It did not leave, or was not begun. */
export function tellUnreached(visit: Pick<Visit, 'responder'>): void {
  tellProblem(visit, 'owner_uncertain', 'That node cannot be reached now: nothing was done.', SOON, AGAIN);
}

function tellOperatorLost(visit: Visit, { connection, why }: Loss): void {
  if (connection) {
    if (connection.isClosed) return;
    connection.write(ENDED);
    return connection.close('done');
  }
  if (why !== 'lost' || isLook(visit))
    return tellProblem(visit, 'owner_uncertain', 'That node gave no answer, or is gone.', SOON, AGAIN);
  tellProblem(visit, 'node_lost', 'That node gave no answer, or is gone: it may have been done.', {}, LOOK);
}

/** Whether it does nothing. */
export function isLook({ request }: Pick<Visit, 'request'>): boolean {
  return request.method === 'GET' || request.method === 'HEAD';
}
