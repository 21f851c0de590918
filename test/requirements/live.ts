/** What an operator sees while it happens: messages, sessions, servers, numbers. */
import { area } from './row.ts';

export const live = area('LIVE', 'PROMISE see it run', [
  [
    'TAP',
    'While there is a tap, every message of a session is shown on all four legs: requests, answers, progress, questions, notifications, cancellations, and errors of the gateway’s own.',
  ],
  [
    'TIED',
    'All that belongs to one request is tied to it on both sides: of a client, of a server, or of the gateway.',
  ],
  ['TAP-MODERN', 'Modern requests are shown the same, of no session, to servers of either era.'],
  ['TAP-SHARED', 'So are those of merged servers, and on links that several sessions share.'],
]);
