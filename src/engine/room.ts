/**
 * Whether more may wait to be read, and what is said where it may not.
 *
 * Guarantees: of what is counted, no more waits than any of the accounts allows, whatever was admitted. Room is made at the
 * cost of those who have taken nothing for longest; who reads is never cut off for others. Where nobody is behind, what is
 * new is not given out: an answer is one error then, and anything else is left out and said to be.
 */
import { errorResponse } from '../protocol/errors.ts';
import type { Account, Payers } from './account.ts';
import { sizeOf } from './bytes.ts';
import type { EngineContext } from './context.ts';
import { notice } from './notice.ts';
import { type Refusal, toldOf } from './overdrawn.ts';
import type { Bytes } from './ports.ts';

/** Less than that is not counted: it is in the buffers of every socket. */
export const COUNTED_FROM = 16 * 1024;
/** What a carrier puts around a message: the length of a chunk, or the head of a frame. */
export const AROUND = 32;
/** New calls are refused while less of an account is free: what is under way has to be answered, too. */
const SPARE = 1 / 16;

/** Why so many more bytes may not wait; undefined where they may. */
export function noRoomFor(payers: Payers, more: number, { runtime }: EngineContext): Refusal | undefined {
  for (const account of payers.accounts) {
    if (account.hasRoom('queuedBytes', more)) continue;
    if (account.debtors.makeRoom(() => account.hasRoom('queuedBytes', more), runtime.now())) continue;
    return tooMuchWaits(account);
  }
  return undefined;
}

/** Why no more calls can be taken; undefined where they can be. */
export function oneCallMore(payers: Payers, context: EngineContext, calls = 1): Refusal | undefined {
  const excess = payers.excess('calls', calls);
  if (excess) return toldOf(excess);
  for (const account of payers.accounts) {
    const spare = (account.caps.queuedBytes ?? 0) * SPARE;
    if (account.hasRoom('queuedBytes', spare)) continue;
    if (!account.debtors.makeRoom(() => account.hasRoom('queuedBytes', spare), context.runtime.now()))
      return tooMuchWaits(account);
  }
  return undefined;
}

function tooMuchWaits({ scope, caps }: Account): Refusal {
  return toldOf({ thing: 'queuedBytes', scope, limit: caps.queuedBytes ?? 0 });
}

/** What is said in place of a message. @param answers the raw id that it answers, or null; undefined: nothing */
export function withoutRoom(data: Bytes, answers: Uint8Array | null | undefined, why: Refusal): Uint8Array {
  if (answers === undefined) return eventWithoutRoom(sizeOf(data), why);
  return answerWithoutRoom(answers ?? undefined, why);
}

/** An answer that has no room is this error. @param id the raw id that it answers */
export function answerWithoutRoom(id: Uint8Array | undefined, why: Refusal): Uint8Array {
  const words = `${why.message} The call was carried out, and what it came to cannot be given out.`;
  return errorResponse(id, 'answer_unread', words, why.data);
}

/** Anything else that has no room is left out, and this is said. */
function eventWithoutRoom(size: number, why: Refusal): Uint8Array {
  return notice('answer_unread', `A message of ${size} bytes was left out. ${why.message}`);
}
