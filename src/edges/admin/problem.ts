/** What goes wrong in a route of the admin API, in one sentence. */
import { ERRORS, type ErrorWord } from '../../protocol/errors.ts';
import { statusOf } from '../http/replies.ts';

/** To be thrown by routes. */
export class Problem extends Error {
  readonly word: string;
  readonly status: number;
  readonly hint: string | undefined;

  /** @param word one of the gateway's, or one of the admin API's with its own status */
  constructor(word: ErrorWord | 'conflict', message: string, hint?: string) {
    super(message);
    this.word = word;
    this.status = word === 'conflict' ? 409 : statusOf(word);
    this.hint = hint ?? (word === 'conflict' ? undefined : ERRORS[word].hint);
  }
}

/** As the contract has it (`problem`). */
export function told({ word, message, hint }: Problem) {
  return { error: { code: word, message, ...(hint === undefined ? {} : { hint }) } };
}
