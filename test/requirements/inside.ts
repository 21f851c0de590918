/** What breaks within a cluster, seen from inside: Redis, its clock, its answers, and nodes that come and go. */
import { area } from './row.ts';

export const inside = area('INSIDE', 'PROMISE any node', [
  [
    'CLAIM-UNHEARD',
    'A node whose claim was made though it never heard so goes on with the session: it asks no more than twice.',
  ],
  ['FLUSHED', 'A Redis that is flushed makes nobody gone: whoever lives gets time to take a lease anew.'],
  ['CLOCK', 'Neither does a clock of Redis that is set forward, by which leases run out that are held.'],
  [
    'NOT-YET',
    'A session whose owner may still live is not said to be nowhere because its record is missing.',
  ],
  [
    'REPLICA',
    'Nodes follow the name of Redis to another when theirs cannot be written to any more, and read there.',
  ],
  [
    'STRANGERS',
    'Letters of nodes that are not there, or not any more, take nobody’s place, and are forgotten.',
  ],
  ['WRONG', 'Rubbish at one key of Redis costs that key alone, and is replaced where it can be.'],
  ['LATE', 'What arrives late, over a connection that was given up, undoes nothing of what was kept since.'],
  ['PARTIAL', 'What was given from one bucket is told once, though another could not be told.'],
]);
