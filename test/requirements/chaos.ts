/** What holds while nodes, Redis and the ways between them break, as clients of all kinds see it. */
import { area } from './row.ts';

export const chaos = area('CHAOS', 'PROMISE any node', [
  [
    'KILL',
    'While nodes are killed at random every call has exactly one answer or one clear error, resumable streams have every event once and in order, nobody gets what is another’s, and no call is carried out twice.',
  ],
  [
    'REDIS',
    'While Redis is away sessions go on at their own nodes, what would be carried is clearly refused, and /readyz says so; all is well within 5 s of its return, empty or not.',
  ],
  [
    'PAUSE',
    'A node that stood still for longer than its lease acts for nothing that was claimed meanwhile, lets go of it unasked, and serves the rest; no call is carried out twice or has two ends.',
  ],
  [
    'PARTITION',
    'While nodes are cut from Redis and not from their clients no session has two owners; clients come back elsewhere, and what is mended serves again.',
  ],
  [
    'ALL-CUT',
    'While all nodes are cut from Redis everybody’s sessions go on at their own nodes; the first to reach it again takes none of them before its owner knows.',
  ],
  [
    'ROLLING',
    'While all nodes are restarted in turn no call fails: what is in flight is answered, streams end in good order, and each node exits with 0.',
  ],
]);
