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
  ['TICKETS', 'A ticket of one node is good at any other, once, for the same route, page, proof and time.'],
  [
    'TICKETS-AWAY',
    'Where what is shared is away, a ticket is good once at the node that gave it, and at no other.',
  ],
  [
    'SEAL',
    'Without configured keys all nodes agree on one secret before they serve: what one sealed opens at all others.',
  ],
  [
    'SEAL-LOST',
    'Where what is shared comes back empty the same secret is agreed again; where another one was quicker, both open at all nodes.',
  ],
  ['BRAKE', 'Who guesses keys at several nodes has the tries of one, and those of one exchange.'],
  [
    'LISTS',
    'When lists of a server change at one node, others ask anew, tell clients whose lists are others, and say nothing of it themselves.',
  ],
  [
    'HOT-PATH',
    'A call at the node that has its session asks nothing of Redis: however many there are, only leases are renewed and the house is kept.',
  ],
  ['ONE-LETTER', 'What is said to another node in one turn of the event loop leaves in one letter.'],
  ['OPENED-ONCE', 'Which node an id names is found once for many requests, and kept in bounds.'],
  ['KEYS', 'When a node finds that keys changed, all others look at once, and end what is open no more.'],
]);
