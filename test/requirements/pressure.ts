/** What more load than there is room for costs, and whom. */
import { area } from './row.ts';

export const pressure = area('PRESSURE', 'PROMISE bounded', [
  [
    'OVERLOAD',
    'A process whose event loop is late again and again, or whose memory is nearly used up, refuses new sessions with 503 `overloaded` and `Retry-After`, on every transport; sessions that are open are served.',
  ],
  ['OVERLOAD-LISTEN', 'So are requests that listen refused (2026-07-28); those that pass are served.'],
  ['OVERLOAD-SAID', '`/readyz` stays 200 and says `overloaded`, and so does `/health`, until it is over.'],
  ['OVERLOAD-PAUSE', 'One pause, however long, is no overload.'],
  [
    'OVERLOAD-CALM',
    'An overload is over once it was calm for a while, well under the limits, and not before.',
  ],
  [
    'HALF-OPEN',
    'A peer that vanished without a word is cut off once its system acknowledged nothing for the stall time: with the settings that are given, within 95 s of its last sign of life (Linux); one that answers, however slowly it reads, is not.',
  ],
  [
    'IDLE',
    'Ten thousand idle sessions of HTTP+SSE on one node cost at most 40 KiB each, and others are served among them (`npm run soak`).',
  ],
  [
    'SLOW',
    'Two thousand readers that do not read, with results of 1 MiB each: memory stays under `queuedTotalBytes` and a margin for what is under way; others are served meanwhile (`npm run soak`).',
  ],
  [
    'CHURN',
    'Fifty thousand sessions opened and ended in every way: memory is back within a tenth, and no session, timer, socket, listener or process is left over (`npm run soak`).',
  ],
  [
    'OVERLOAD-OPTIONS',
    'What overload means can be said, or that there is none; what cannot be meant is told.',
  ],
]);
