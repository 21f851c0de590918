/** Every cap: what happens at it, and that it is told. */
import { area } from './row.ts';

export const limits = area('LIMIT', 'PROMISE bounded', [
  ['BODY', 'A body of more than 4 MiB (or what is set) is refused with 413.'],
  ['BODY-CHUNKED', 'A body is counted in bytes really read, whatever its head claims.'],
  [
    'BODY-TOLD',
    'A client that goes on sending a body which is refused gets the answer, and is cut off after a moment.',
  ],
  ['BODY-TIME', 'A body that does not come in its time is refused with 408.'],
  ['HEAD-TIME', 'A head that does not come in its time is refused with 408.'],
  ['DEPTH', 'Nesting deeper than 128 is refused.'],
  ['ELEMENTS', 'More than 200,000 members and elements in a message are refused.'],
  ['BATCH', 'More than 100 messages in a batch, and none, are refused.'],
  [
    'SESSIONS',
    'More sessions than there may be are refused with 503 and `Retry-After`; a closed one makes room.',
  ],
  [
    'UNCLAIMED',
    'A session that nobody names after its `initialize` is closed soon: after 10 s where its client went away before the answer, else after 2 minutes.',
  ],
  ['SESSIONS-PRINCIPAL', 'One principal may have so many sessions and no more; others are served.'],
  ['CALLS', 'More calls in flight in one session than there may be are refused.'],
  ['QUESTIONS', 'More open questions to one client than there may be are refused to the server.'],
  [
    'QUESTIONS-STREAM',
    'A question to a client that has no stream left to be asked on is refused to the server.',
  ],
  [
    'STREAMS',
    'A session keeps so many streams of calls and no more; over it answers still come, as JSON, and what is said before them on the standing stream.',
  ],
  ['SUBSCRIPTIONS', 'More subscriptions of one session than there may be are refused.'],
  [
    'TEXTS',
    'Ids, progress tokens, methods, subscribed URIs and the params of `initialize` and `logging/setLevel` are refused over their caps, each by name.',
  ],
  ['SLOW-READER', 'A reader for which too many bytes wait is cut off.'],
  [
    'STALLED-READER',
    'A reader that takes nothing for too long is cut off; one that is merely slow is not, nor any for time in which the process itself stood still.',
  ],
  ['NOTES', 'What the engine drops is told 20 times a second and code; of the rest the number is told.'],
  ['LOG', 'Refusals beyond 50 a second are counted in the log, not written one by one.'],
  ['BACKPRESSURE', 'A full reader pauses the server it has for itself, and loses nothing.'],
  [
    'UNREAD',
    'Whole answers that a client does not read hold up the server it has for itself; on a shared one its new calls are refused.',
  ],
  ['UPSTREAM-QUEUE', 'Calls to a server that takes no more input are refused as busy.'],
  [
    'UPSTREAM-WORDS',
    'Cancellations, answers and notifications of one client do not fill a server that takes no input, nor end its link.',
  ],
  ['START-QUEUE', 'What waits for a server to start is bounded in bytes.'],
  ['LOG-STREAM', 'The history of one stream is bounded in events and bytes.'],
  ['LOG-TOTAL', 'The history of all streams is bounded; the oldest goes first.'],
  ['LINE', 'A line of a child over its cap is dropped, and the next one is read.'],
  [
    'LINE-ANSWER',
    'An answer over that cap is an error for its caller, where its first or last bytes name the request.',
  ],
  ['PROCESSES', 'A server runs in so many processes and no more; the next caller is told.'],
  ['PROCESSES-ENDING', 'Where a process of a full server is just ending, the next caller waits for it.'],
  ['CHILD-LOG', 'What a child says to its log is bounded by line and by second.'],
  ['INPROCESS-LINKS', 'A server in process has so many links and no more.'],
  ['INPROCESS-HELD', 'What a server in process says on a link that nobody reads is bounded.'],
  [
    'RETRIES',
    'Starts that fail are tried again after growing waits, bounded, and callers are told how long.',
  ],
]);
