/** Texts that would keep a reader busy for ever. */
import { area } from './row.ts';

export const bombs = area('BOMB', 'PROMISE isolated', [
  [
    'LOST-ANSWER',
    'The end of an answer that is too long to be taken is looked at in linear time, whatever it holds.',
  ],
  ['QUESTION', 'The name that a server gives its question is read in linear time, however long it is.'],
]);
