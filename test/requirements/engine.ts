/** Requests, answers and what is between them. */
import { area } from './row.ts';

export const answers = area('ANSWER', 'PROMISE one answer', [
  ['ONCE', 'A request is answered once; a second answer, or one to an unknown id, is dropped and noted.'],
  ['SAME-ID', 'Two calls in flight with the same id in one session both get their own answer.'],
  ['MANY', '100 sessions with 100 calls each, all with ids from 1 up, get 10,000 right answers.'],
  ['ID-KEPT', 'An id comes back as it was written: 0, "", 64-bit integers, 1.0, escapes.'],
  ['BYTES-KEPT', 'All else of a message arrives byte for byte, in both directions.'],
  ['OWN-ID', "The server sees the gateway's own ids and progress tokens, never the client's."],
  [
    'TIMED-OUT',
    'A call without answer and progress for its time is answered, and the server is told to stop.',
  ],
  ['TIME-ANEW', 'Progress gives a call its time anew.'],
  [
    'SERVER-DIES',
    'When the server dies every call in flight has an error within a second, and the next call works.',
  ],
  ['SERVER-GREETS', 'A server whose answer to `initialize` is no result of it is an error of its start.'],
  ['SERVER-HANGS', 'A server that never answers `initialize` is an error after its start time.'],
  [
    'SESSION-ENDS',
    'When a session ends, what is in flight is answered with an error, and called off upstream.',
  ],
  [
    'NOT-TWICE',
    'A call that was in flight when the server died is not run again by itself.',
    'PROMISE no tool runs twice',
  ],
  ['ORDER', 'Messages of one stream keep their order.', 'PROMISE in order'],
]);

export const traffic = area('TRAFFIC', 'MCP base protocol', [
  [
    'PROGRESS-RAW',
    'On the wire all progress of a call arrives, in order, before its result (both dialects).',
  ],
  [
    'PROGRESS-TOKEN',
    "Progress comes back with the client's own token, text or number; equal tokens do not meet.",
  ],
  ['PROGRESS-LATE', 'Progress after the result is dropped.', 'PROMISE in order'],
  ['CANCEL', "A cancellation reaches the server with the gateway's id, and no answer comes any more."],
  [
    'CANCEL-NOTHING',
    'A cancellation of what is answered, was never asked, or is `initialize` means nothing.',
  ],
  ['CANCEL-TYPE', 'A cancellation of 1 is not one of "1".'],
  [
    'QUESTION',
    "A server's question comes with an id of ours and its answer finds back; equal ids do not meet.",
  ],
  [
    'QUESTION-OVER',
    'A question that the server called off, or that died with it, is called off at the client.',
  ],
  ['QUESTION-UNASKED', 'An answer to a question that nobody asked is dropped.'],
  [
    'REOPENED',
    'A lost link is opened again in the same terms: hello, log level, subscriptions.',
    'PROMISE one answer',
  ],
  ['FORWARDED', 'A method that the gateway does not know is forwarded as it is.'],
  ['PING-ALONE', 'A ping before there is a way to the server is answered by the gateway.'],
  ['LISTENER', 'A client that only listens hears of its subscriptions again after its server was lost.'],
]);

export const isolation = area('ISOLATION', "PROMISE no one else's answer", [
  ['SESSIONS', 'Progress, logs, notifications and questions reach the session they belong to and no other.'],
  ['PRINCIPAL', 'A session of another principal is 404 on POST, GET, DELETE and resume.'],
  ['SERVER', 'A session of one server is unknown at another.'],
  [
    'NUMBERS',
    'A server that says to all its clients what is meant for one cannot give one the answer of another.',
    'FIELD supergateway over WebSocket',
  ],
  ['EVENT-ID', 'An event id of another session replays nothing of it.'],
  ['SLOW-READER', 'A slow reader costs itself: others are answered meanwhile.', 'PROMISE isolated'],
]);

export const sharing = area('SHARING', 'PROMISE isolated', [
  ['SESSION', '`session`: each session has a process of its own.'],
  ['PRINCIPAL', '`principal`: the sessions of one principal share a process, those of two do not.'],
  ['SHARED', '`shared`: all sessions share one process, and their answers do not cross.'],
  [
    'NO-QUESTIONS',
    'On a shared link a question of the server is refused, as nobody can tell for whom it is.',
  ],
  ['NO-LOGS', 'On a shared link log lines go to nobody.'],
  ['UPDATED', 'On a shared link an update of a resource goes to those who subscribed to it.'],
  ['HANDSHAKE', 'On a shared link each client is answered in the revision it asked for.'],
]);

export const draining = area('DRAIN', 'PROMISE drains', [
  ['NOT-READY', 'A gateway that drains is not ready, and takes no new sessions (503 with `Retry-After`).'],
  ['BORROWED', 'A request without a session is refused, too, whoever asked without one before.'],
  ['IN-FLIGHT', 'Calls in flight are answered before the gateway ends.'],
  ['RETRY', 'Streams end with `retry:`.'],
  ['HARD-STOP', 'A call that never ends does not keep the gateway beyond the stated time.'],
]);
