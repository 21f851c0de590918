/** What nodes share, wherever it is kept. */
import { area } from './row.ts';

export const backplane = area('BACKPLANE', 'docs/design/cluster.md', [
  [
    'ADOPT',
    'Who adopts a stream is told what it is for, how far it went and what it answered; offsets go on.',
  ],
  ['FENCED', 'What an earlier owner of a stream appends after it was adopted goes nowhere.'],
  ['WHOLE', 'Also from another node a history is given whole, or said to be lost.'],
  ['BUS', 'Messages between two nodes arrive in order and once.'],
  [
    'KEPT',
    'What was said to a node counts as kept for it once that is certain, whatever was kept for it before.',
  ],
  ['BUS-BOUND', 'What waits for a node that takes nothing is bounded in bytes.'],
  ['LEASE', 'Nobody is taken for gone while its lease is good; a lease that lapsed begins a new term.'],
  ['UNSURE', 'Who has not seen what is shared for a whole lease is not sure that anybody is gone.'],
  ['CLAIM', 'Of several that claim one generation of a session, exactly one wins.'],
  ['COUNTERS', 'What all nodes take from a bucket adds up, once, and sinks with time.'],
  [
    'BUS-BROKEN',
    'A message that is lost between two nodes is noticed, both are told, and what comes after stands alone.',
  ],
  [
    'REDIS-EMPTY',
    'When Redis comes back empty everybody goes on, is told, and has all of its own there again within 5 s.',
  ],
  ['REDIS-KEPT', 'When Redis comes back with its data, what was said meanwhile is added to it.'],
  [
    'REDIS-STALLED',
    'A node that does not come through to Redis knows that its lease is over before anybody claims.',
  ],
  ['REDIS-PAUSED', 'A process that stood still learns of a new term first, and then whose its sessions are.'],
  ['REDIS-FIRST', 'An event that a client got is with Redis, though its node died in that instant.'],
  ['REDIS-EXPIRES', 'Every key in Redis runs out by itself, but for what nodes agreed on.'],
  ['REDIS-SECRET', 'Where Redis cannot be used it is said why, without a word of its password.'],
  ['REDIS-CLUSTER', 'A Redis Cluster does as well: what belongs together is in one slot.'],
]);
