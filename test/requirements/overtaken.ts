/** Lists of a merge that change while they are being fetched. */
import { area } from './row.ts';

export const overtaken = area('OVERTAKEN', 'PROMISE many servers at one address', [
  ['LIST', 'Who asks for a list after a change was announced is not given what was asked for before it.'],
  [
    'STORM',
    'A server that calls its list changed whenever it is asked is not asked without end.',
    'PROMISE bounded',
  ],
]);
