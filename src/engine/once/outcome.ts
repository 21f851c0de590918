/** What a request that is run once came to, as it is told to whoever asks again. */
import { ANY_SIZE, readMessage, type Span } from '../../protocol/message.ts';
import { joined } from '../bytes.ts';
import type { AnswerFacts, ModernCall } from '../modern/modern-call.ts';
import type { Refusal } from '../overdrawn.ts';
import type { Bytes } from '../ports.ts';

/** An answer, good for any id. */
export interface Answer {
  readonly bytes: Uint8Array;
  /** Where the id stands that it was given to first. */
  readonly id: Span;
  readonly facts: AnswerFacts;
}

/** A refusal stands for an answer that cannot be given again. */
export type Outcome = Answer | Refusal;

export function answerOf(data: Bytes, facts: AnswerFacts): Answer {
  const bytes = joined(data);
  return { bytes, id: readMessage(bytes, ANY_SIZE, 'envelope').id, facts };
}

/** Byte for byte what the first was told, but for the id. */
export function tell(call: ModernCall, outcome: Outcome): void {
  if (!('bytes' in outcome)) return call.fail(outcome.word, outcome.message, outcome.data);
  const { bytes, id, facts } = outcome;
  call.answerAs([bytes.subarray(0, id.start), call.id, bytes.subarray(id.end)], facts);
}

/** A copy that holds on to nothing else. */
export function kept({ bytes, id, facts }: Answer): Answer {
  return { bytes: bytes.slice(), id, facts };
}

export function tooLarge(limit: number): Refusal {
  const message = `This was run once, and its answer has more than the ${limit} bytes that are kept of one: it is not run again.`;
  return { word: 'answer_not_kept', message, data: { limit } };
}

export const NO_ROOM: Refusal = {
  word: 'answer_not_kept',
  message: 'This was run once, and there was no room to keep its answer: it is not run again.',
};

export const CALLED_OFF: Refusal = {
  word: 'may_have_run',
  message: 'This was called off while it ran: it may have run, and is not run again under this key.',
};

export const MISMATCH: Refusal = {
  word: 'idempotency_mismatch',
  message: 'Another request was sent under this idempotency key.',
};
