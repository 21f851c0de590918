/** What somebody meets who makes one gateway several. */
import { area } from './row.ts';

export const scaling = area('SCALING', 'docs/cluster.md', [
  [
    'REDIS-WHY',
    'A Redis that cannot be used from the start is told with the reason, at once where waiting does not help: a number of no database, no cluster, no Redis at all, a user who may too little.',
  ],
  ['REDIS-AWAY-WHY', 'While Redis is away the reason is said, and the new one where it changes.'],
  [
    'SAME-ADDRESS',
    'A node that tells the address of another is not taken for it: who would ask itself takes itself for cut off.',
  ],
  [
    'SHOWN',
    'Who may see everything is told on `/health` how a node is among others, where it is asked, and who they are; nobody else is.',
  ],
  ['NOT-WELL', 'A node that ends while what is shared is away does not say that it is well again.'],
]);
