/** What breaks within a cluster, seen from inside: Redis, its clock, its answers, and nodes that come and go. */
import { area } from './row.ts';

export const inside = area('INSIDE', 'PROMISE any node', [
  [
    'CLAIM-UNHEARD',
    'A node whose claim was made though it never heard so goes on with the session: it asks no more than twice.',
  ],
]);
