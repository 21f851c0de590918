/** What goes wrong in a route of the admin API, in one sentence. */
import { ERRORS, type ErrorWord } from '../../protocol/errors.ts';
import { statusOf } from '../http/replies.ts';

/** Words of the admin API alone. */
const OWN = {
  /** Somebody else was quicker, or it cannot be changed here. */
  conflict: 409,
  /** A server answered with an error of its own. */
  server_error: 502,
  /** A server gave no answer in time. */
  no_answer: 504,
} as const;

type OwnWord = keyof typeof OWN;

/** To be thrown by routes. */
export class Problem extends Error {
  readonly word: string;
  readonly status: number;
  readonly hint: string | undefined;

  constructor(word: ErrorWord | OwnWord, message: string, hint?: string) {
    super(message);
    this.word = word;
    this.status = isOwn(word) ? OWN[word] : statusFor(word);
    this.hint = hint ?? (isOwn(word) ? undefined : (HINTS[word] ?? ERRORS[word].hint));
  }
}

/** Where that of MCP would be beside the point. */
const HINTS: Partial<Record<ErrorWord, string>> = {
  invalid_request: 'Send JSON, with `Content-Type: application/json`: /admin/api/openapi.json says which.',
  invalid_params: '/admin/api/openapi.json says what there may be.',
};

/** A word of the gateway; undefined for any other text. */
export function knownWord(word: unknown): ErrorWord | undefined {
  return typeof word === 'string' && Object.hasOwn(ERRORS, word) ? (word as ErrorWord) : undefined;
}

/** As the contract has it (`problem`). */
export function told({ word, message, hint }: Problem) {
  return { error: { code: word, message, ...(hint === undefined ? {} : { hint }) } };
}

function isOwn(word: ErrorWord | OwnWord): word is OwnWord {
  return Object.hasOwn(OWN, word);
}

/** What a server is to blame for is no mistake of whoever asked. */
function statusFor(word: ErrorWord): number {
  return word.startsWith('upstream_') || word === 'may_have_run' ? 502 : statusOf(word);
}
