/** The number of an error of JSON-RPC. */
import { memberAt } from '../protocol/cuts.ts';
import { ERRORS } from '../protocol/errors.ts';
import type { Message } from '../protocol/message.ts';

const decoder = new TextDecoder();

/** That of an internal error where it has none. */
export function codeOf({ bytes, outcome }: Message): number {
  const { start, end } = memberAt(bytes, outcome, 'code');
  const code = end === 0 ? Number.NaN : Number(decoder.decode(bytes.subarray(start, end)));
  return Number.isInteger(code) ? code : ERRORS.internal_error.code;
}
