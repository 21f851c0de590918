/** Sessions that outlive their node. */
import { area } from './row.ts';

export const failOver = area('FAILOVER', 'PROMISE any node; MCP 2025-03-26 and later, transports', [
  [
    'TAKEN',
    'The node to which a client comes back goes on with a session whose node died; others carry to it from then on.',
  ],
  [
    'WISHES',
    'Log level and subscriptions of such a session still hold, and its server is started for what was subscribed to.',
  ],
  [
    'REPLAY',
    'A stream of a node that died is taken up where it was cut: each event once, in order, from any node.',
  ],
  [
    'ONE-ERROR',
    'A call in flight on a node that died is answered with one error, which says that it may have run.',
  ],
  ['STREAM-SESSIONS', 'Sessions of HTTP+SSE end with their node: a POST to one is 404.'],
  ['STRANGER', 'A session of a node that died is given to nobody but its principal, at its mount.'],
  [
    'ONE-OWNER',
    'Of many who come back to several nodes at once, one node gets each session, and all are answered.',
  ],
  [
    'PAUSE',
    'A node that was stopped does nothing for what was claimed meanwhile, and goes on with what was not.',
  ],
  [
    'WOKEN',
    'A node that was stopped finds out by itself what was claimed meanwhile, and sends those who still follow it elsewhere.',
  ],
  [
    'NOT-LONG',
    'That the others miss what is shared, too, counts for less time than whoever reaches it first must wait before it claims.',
  ],
  [
    'BUSY',
    'A node that says nothing for once, as it is busy, is asked again before this one takes itself for cut off.',
  ],
  [
    'FIRST-BACK',
    'Where another node is the first to reach what is shared again, this one goes on with its own sessions until that one could claim any.',
  ],
  ['OWN-AGAIN', 'After a pause its own sessions are its own again, and event ids of before are still good.'],
  [
    'CUT',
    'A node that is cut off refuses requests for its sessions while others may have them, and /readyz says so.',
  ],
  [
    'CARRIED-CUT',
    'What a node that is then cut off had carried to others is told lost once it knows: calls have one error, streams end for their clients to come back elsewhere.',
  ],
  [
    'CARRIED-ALONE',
    'The same where all nodes miss what they share for longer than a lease: nobody waits for an answer that cannot come.',
  ],
  [
    'ALONE',
    'Where all nodes miss what they share each goes on with its own sessions, and all heals when it is back, empty or not.',
  ],
  [
    'LEAVE',
    'A node that drains lets go of each session as soon as nothing of it is in flight, and others go on with it at once.',
  ],
]);
