/** What is told of the gateway as it runs: its log, and its health. */
import { area } from './row.ts';

export const logging = area('LOGS', 'PROMISE logs and health', [
  [
    'WHO',
    'The first line of a session says who opens it: principal, project, address, origin, user agent, dialect and era; texts of strangers are cut.',
  ],
  [
    'CLIENT',
    'What a client calls itself and the version that was agreed on are told once, when they are known.',
  ],
  ['WHY', 'The last line of a session says why it ended, how long it was open, and how much passed in it.'],
  [
    'SEEN',
    'Of an open session can be told since when it is open, when its client was last heard, and what waits for it.',
  ],
]);
