/** Browser pages: tickets, and the client they use. */
import { area } from './row.ts';

export const tickets = area('TICKET', 'PROMISE browser clients', [
  [
    'GIVEN',
    'A POST with a key to `/tickets`, at the root or of a server, gives a ticket and how long it is good.',
  ],
  ['OPENS', 'A GET of a stream with a good ticket in its query is served as if it had sent the key.'],
  ['ONCE', 'A ticket is good once, also when many show it at the same moment.'],
  ['SHORT', 'A ticket is good for 30 s by default and no longer.'],
  [
    'ROUTE',
    'A ticket is good for the route it was asked for and for no other, and only on a GET that opens a stream.',
  ],
  ['PRINCIPAL', 'A ticket stands for the key it was asked with, and for nobody when that key is gone.'],
  ['SAME-401', 'A ticket that is not good is answered like no key at all.'],
  ['BOUNDED', 'Unused tickets are bounded, in all and for each principal; those out of date make room.'],
  ['SECRET', 'No ticket is in the log or told to the observer, and the gateway keeps its hash only.'],
]);
