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
  ['BUS-BOUND', 'What waits for a node that takes nothing is bounded in bytes.'],
  ['LEASE', 'Nobody is taken for gone while its lease is good; a lease that lapsed begins a new term.'],
  ['UNSURE', 'Who has not seen what is shared for a whole lease is not sure that anybody is gone.'],
  ['CLAIM', 'Of several that claim one generation of a session, exactly one wins.'],
  ['COUNTERS', 'What all nodes take from a bucket adds up, once, and sinks with time.'],
  ['REDIS-SECRET', 'Where Redis cannot be used it is said why, without a word of its password.'],
  ['REDIS-CLUSTER', 'A Redis Cluster does as well: what belongs together is in one slot.'],
]);
