/** What nodes share beside sessions: how much callers may, tickets, what seals state, and what wakes them. */
import { area } from './row.ts';

export const sharedCounts = area('NODES', 'PROMISE any node', [
  [
    'RATES',
    'What callers get at all nodes together is what the limit says, and for each further node what it may give within one exchange; over a long time it is what one node would give.',
  ],
  [
    'RATES-AWAY',
    'Where what is shared is away, each node goes on by what it knows, and tells afterwards what has not come in again by then.',
  ],
  ['RATES-BOUNDED', 'What is to be told is bounded in buckets, and each exchange; there is one at a time.'],
  ['BRAKE', 'Who guesses keys at several nodes has the tries of one, and those of one exchange.'],
]);
