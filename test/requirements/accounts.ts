/** What is held at once, of whom, and how much of it anybody may have. */
import { area } from './row.ts';

export const accounts = area('ACCOUNT', 'PROMISE bounded', [
  ['BACK', 'What a caller takes of anything is given back once, however and in whatever order it ends.'],
]);
