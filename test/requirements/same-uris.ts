/** Texts that servers take for the same URI. */
import { area } from './row.ts';

export const sameUris = area('SAMEURI', 'PROMISE what is hidden is not reached', [
  [
    'HIDDEN',
    'A URI is hidden in all spellings that stand for the same one in WHATWG URL, too.',
    'WHATWG URL',
  ],
  ['PLAIN', 'What fits a pattern letter by letter is offered; finding out takes little time.'],
]);
