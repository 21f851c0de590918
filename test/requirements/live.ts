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
  [
    'RECORDER',
    'The last messages are remembered before anybody looks: what belongs together, and how long each answer took on its side.',
  ],
  ['MESSAGES', 'What is remembered is found by session, server and leg, in pages.'],
  [
    'PAYLOADS',
    'What messages say is kept only while somebody watches: 64 KiB of one, 16 MiB of all, and nothing once the last watcher is gone.',
  ],
  ['BOUNDED', 'Whatever is remembered for operators is bounded, names of strangers included.'],
  [
    'EVENTS',
    'Whoever watches is told which run of the gateway speaks, and then the topics it asked for: of messages one session or all, without secrets.',
  ],
  [
    'FLOOD',
    'Of a flood the newest is shown, at most 200 messages a second, and how many were missed is told.',
  ],
  [
    'SLOW',
    'A watcher that does not read costs a bounded number of bytes, is told what it missed or is dropped, and slows nobody.',
  ],
  ['SIGNED-OUT', 'The feed of an operator whose sign-in is over ends.'],
  [
    'REAL',
    'What real clients say over HTTP+SSE, Streamable HTTP, WebSocket and in modern words is shown on both sides with its times, and neither secrets nor whole ids of sessions.',
  ],
  ['EXPORT', 'Messages of a session can be kept, a line each.'],
  [
    'ACTS',
    'An operator restarts a server, takes it out of service and puts it back; what is done twice is as done once, and what cannot be done is told.',
  ],
  ['SESSIONS', 'An operator sees sessions by filters, with their streams and calls in flight, and ends one.'],
  ['BACK', 'A watcher that comes back goes on where it was, in the same run of the gateway alone.'],
  ['WATCHERS', 'At most sixteen watch at once; without any there is no timer, and nothing is gathered.'],
  ['QUANTILES', 'Quantiles of durations are right to five per cent, in a fixed number of bytes.'],
  ['SERIES', 'The last quarter of an hour is there as a sample a second, in all and by server and dialect.'],
  ['FAULT', 'What was wrong with a server last is shown with what to do about it.'],
  [
    'RESTART',
    'A server that is restarted ends its conversations, and its sessions go on in new ones; nobody waits for earlier failures, and spare processes are new ones.',
  ],
  [
    'DISABLE',
    'Of a server that is out of service all sessions and calls end, nothing of it is started, and every caller is told why, over merges, in modern words and in legacy ones; back in service it is as before.',
  ],
  ['TAP-SHARED', 'So are those of merged servers, and on links that several sessions share.'],
]);
