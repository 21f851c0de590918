/** What an operator can do about a fault of a server. */
import { wordOf } from '../../engine/faults.ts';
import { hintFor } from '../../engine/hints.ts';
import { ERRORS } from '../../protocol/errors.ts';

/** @param code of a fault, or the stable word of an error */
export function hintOf(code: string): { readonly hint: string } {
  const word = Object.hasOwn(ERRORS, code) ? (code as keyof typeof ERRORS) : wordOf({ code, message: '' });
  return { hint: hintFor(code) ?? ERRORS[word].hint };
}
