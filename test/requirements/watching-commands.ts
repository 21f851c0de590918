/** `sluice top` and `sluice inspect`: a running gateway, seen in a terminal. */
import { area } from './row.ts';

export const watchingCommands = area('WATCH', 'PROMISE terminal', [
  ['HARMLESS', 'What clients and servers wrote steers no terminal, hides nothing and stays in its column.'],
  [
    'FIT',
    '`sluice top` fits any screen: what matters least is left out first, and what has no room is counted.',
  ],
]);
