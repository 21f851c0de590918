/** What goes worse than it should is said, and heals by itself. */
import { area } from './row.ts';

export const degraded = area('DEGRADED', 'PROMISE honest', [
  [
    'SAID',
    'What is wrong stands on `/health` with a code, a sentence and since when, until it is well again.',
  ],
  [
    'READY',
    '`/readyz` stays 200 and says `degraded` with the codes: the gateway serves; what drains is 503.',
  ],
  ['STRANGER', 'Strangers learn the codes, and no sentence.'],
  ['TOLD', 'Whoever watches is told once when something begins and once when it is over.'],
  ['BOUNDED', 'What is wrong is bounded in number and text, and costs one timer at most.'],
  [
    'LOG-FULL',
    'While the event log drops history of other streams because of its cap in all, that is said; a while later no more.',
  ],
  [
    'DISK',
    'Where the disk takes no more, calls and keys go on, the trail that cannot be written is said, and heals by itself.',
  ],
  ['KEYS', 'A key store that cannot be read is said until it can be.'],
  ['CLOCK-SAID', 'A clock that is set forward or back is said for a while; one that drifts is not.'],
  [
    'CLOCK-STEADY',
    'A clock that is set ends no session, no call and no wait, and stretches none: only what has a date goes by it.',
  ],
  ['CLOCK-KEYS', 'Keys run out by the new time: within a minute what they opened is ended, or lives on.'],
  ['CLOCK-TOKENS', 'So do tokens and their streams; what is remembered of them is so no longer than before.'],
]);
