/** The console when what it looks at goes away, changes under it, or says too much. */
import { area } from './row.ts';

export const tornPage = area('TORN', 'PROMISE see it run: a page that lasts', [
  [
    'QUIET',
    'A session of the playground that is over is not opened again by looking at it: nobody is asked for nothing.',
  ],
  [
    'SERVERS',
    'What becomes of a server (disabled by somebody else, taken out of the configuration, put into it) is seen within seconds.',
  ],
  ['LISTS', 'Lists that change all the time are asked for once at a time, and once a second at most.'],
]);
