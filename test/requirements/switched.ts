/** What is counted and shown where somebody begins to look late, or his stream was cut. */
import { area } from './row.ts';

export const switched = area('SWITCHED', 'PROMISE see it run', [
  ['NUMBERS', 'Where the admin API is switched on while the gateway runs, its numbers begin then.'],
  [
    'SESSIONS',
    'Sessions that were open when the admin API was switched on are shown until their end, and with it.',
  ],
  [
    'TOOLS',
    'Calls of a tool are counted under its name from when its server answered to it, whatever ended before.',
  ],
  [
    'SIGNED',
    '`sluice top` and `inspect` in the folder of their gateway are refused nothing, and sign out at their end.',
  ],
  [
    'CUT',
    '`sluice inspect --follow` leaves nothing out where its stream was cut, however little of before was asked for.',
  ],
]);
