/** What was known of a server that was lost. */
import { area } from './row.ts';

export const cameBack = area('CAMEBACK', 'PROMISE honest', [
  [
    'CACHE',
    'After a server was lost nothing is given that it said before; the end of one session is no loss.',
  ],
  ['MERGE', 'The lists of a merged server that was lost are asked for again.'],
]);
