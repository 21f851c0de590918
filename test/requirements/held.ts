/** What servers over HTTP hold open. */
import { area } from './row.ts';

export const held = area('HELD', 'PROMISE bounded', [
  ['NOTE', 'The answer to what needs none is cut where it is held open: it takes no place from calls.'],
]);
