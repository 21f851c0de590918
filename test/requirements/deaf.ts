/** Nodes that miss one another for a while, in part or in ways that are hard to see: nobody waits without end. */
import { area } from './row.ts';

export const deaf = area('DEAF', 'docs/design/cluster.md', [
  [
    'AWAY',
    'A node that reaches Redis, but not what others say to it there, takes Redis for away until it hears them again.',
  ],
  ['START', 'Where that is so from the beginning, a gateway says why and does not start.'],
  [
    'MISSED',
    'A record that could not be written while Redis was away is written when it is back; nothing else is taken for lost by that.',
  ],
  [
    'ASK',
    'While what nodes share is away nothing is carried, also where the way to the other node seems open.',
  ],
  [
    'APART',
    'Parted again and again, what was carried is told lost once; nothing is left over, and all goes on when it can.',
  ],
  [
    'AGAIN',
    'Where what was under way between two nodes is asked anew, each is heard that was sent, whatever became of the others.',
  ],
  [
    'SLOW',
    'Where Redis takes its time, though less than a node waits for it, leases hold, and what is under way goes on.',
  ],
  [
    'RESUME',
    'A stream of an owner before, whose history cannot be read for now, is refused for now, and given once it can be.',
  ],
  [
    'SLEPT',
    'A node whose machine slept for longer than its lease begins a new term, though its clock stood still meanwhile.',
  ],
  ['LEFT', 'A node that left is on no list of those that are there, whatever was under way when it left.'],
  [
    'TOLD-ALONE',
    'Whoever waits for it is told that all nodes miss what they share, however late that was heard.',
  ],
  [
    'TOLD-CUT',
    'So it is told that this node is cut off: nobody is asked about that before its lease is over.',
  ],
  [
    'RECLAIM',
    'After a lease that lapsed, whose each session is is asked until it is known, though what is shared fails meanwhile.',
  ],
  [
    'LAST-WORD',
    'What others find of a request with an idempotency key is the last word on it, however late an earlier one fails.',
  ],
]);
