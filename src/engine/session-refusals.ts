/** Why a session does not take a request, and what it says then. */
import { errorResponse } from '../protocol/errors.ts';
import { copySpan, type Message } from '../protocol/message.ts';
import type { Sink } from './exchange.ts';
import type { Refusal } from './overdrawn.ts';
import type { Session } from './session.ts';

/** It was closed while the message was on its way. */
export function answerTooLate(message: Message, sink: Sink, { patience, taps }: Session): void {
  if (message.kind !== 'request') return;
  const id = copySpan(message.bytes, message.id);
  const words = 'The session was closed before the request came.';
  const answer = errorResponse(id, patience.isRetiring ? 'draining' : 'session_closed', words);
  taps.answeredAtOnce(message, answer, true);
  sink.answer(answer, id, true);
}

/** Whether it holds as much as one session may. @param most calls in flight */
export function tooMuchOf(
  { inFlight, unread, line, isStateless, patience }: Session,
  most: number,
): Refusal | undefined {
  if (patience.refusal) return patience.refusal;
  if (inFlight >= most)
    return { word: 'too_many_calls', message: 'Too many calls of this session are in flight.' };
  // A server of its own waits instead; those that name no session must not wait for one another.
  if (unread.isFull && line.isShared && !isStateless)
    return { word: 'too_many_calls', message: 'Too many answers to this session are not read yet.' };
  return undefined;
}
