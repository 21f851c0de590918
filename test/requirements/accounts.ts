/** What is held at once, of whom, and how much of it anybody may have. */
import { area } from './row.ts';

const BOUNDED = 'PROMISE bounded';

export const accounts = area('ACCOUNT', BOUNDED, [
  ['BACK', 'What a caller takes of anything is given back once, however and in whatever order it ends.'],
  [
    'WHOSE',
    'What is refused for what is held says which limit it is, whose, and when to try again: 429 where the caller or its address has too much, 503 where the project or the gateway has.',
  ],
  [
    'SHARE',
    'Where callers can be told apart, one has half of what there is unless the rules say otherwise; where everybody is one caller, all.',
  ],
  [
    'NEAREST',
    'Caps of a key come before those of its project, and those before what the gateway says of one caller.',
  ],
  [
    'STREAMS',
    'Every connection on which events travel counts: of HTTP+SSE, GET, answers to POSTs, WebSockets, and of those who listen.',
  ],
  ['PLAIN', 'Where no more streams may be opened, the answer to a POST comes whole.'],
  ['REPLACED', 'A connection that takes the place of one counts once.'],
  ['CALLS', 'Calls in flight are bounded over all sessions of a caller, in the words of either era.'],
  [
    'GOES-ON',
    'A call too many on a stream or a socket is answered with an error there, and the session goes on.',
  ],
  [
    'UNREAD',
    'Of one caller so many bytes wait to be read and no more, over all its streams: who is behind is cut off, and new calls are refused until it has read.',
  ],
  [
    'ADDRESS',
    'What callers of one address hold together is bounded where the rules say so, and what comes from another address is not touched.',
  ],
  ['PROJECT', 'The sessions, streams, calls and who listen of a project are bounded for themselves.'],
  ['RELOAD', 'Other caps of a project hold from now on, and end nothing that is open.'],
  ['FORGOTTEN', 'Accounts that hold nothing are forgotten when there are many.'],
]);

export const connections = area('CONN', BOUNDED, [
  [
    'CAP',
    'There are so many sockets and no more: the next one is answered 503 with `Retry-After` and closed.',
  ],
  ['FLOOD', 'A flood of connections over the cap costs those that are open nothing.'],
  ['ADDRESS', 'One address has so many sockets and no more: the next one is answered 429 and closed.'],
  ['IDLE', 'Where all places are taken, connections that carry no request make room.'],
  [
    'SLOW',
    'Peers that never finish the head of a request hold their places as long as its time-out and no longer.',
  ],
]);

export const fair = area('FAIR', 'PROMISE isolated', [
  [
    'SHARE',
    'Of few conversations with a server, as of its processes, one caller has three quarters and no more where callers can be told apart, by whatever ways it takes them.',
  ],
  ['ALONE', 'Where everybody is one caller, it has all of them.'],
  [
    'RESTED',
    'Where all are taken, the one that rests longest of whoever has most is ended for a caller that has fewer; its session stays, and begins another one when it needs it.',
  ],
  ['BUSY', 'None is ended in which something is asked, or listened for.'],
  [
    'UNCLAIMED',
    'One whose client never came back after `initialize` is ended for anybody who needs its place.',
  ],
  [
    'STARVE',
    'A caller that begins sessions and leaves, holds them in silence, calls what never ends, leaves questions open, or does so by a merge, holds up no other.',
  ],
]);
