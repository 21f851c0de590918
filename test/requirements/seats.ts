/** Modern clients at legacy servers. */
import { area } from './row.ts';

export const seats = area('SEAT', 'MCP 2026-07-28 and 2025-11-25; ERAS: modern client, legacy upstream', [
  [
    'HELLO',
    'A legacy server is introduced to what the modern client said of itself, in words that it knows.',
  ],
  ['REQUEST', 'A request reaches it without what only the new words have; every other byte stays.'],
  ['RESULT', 'A result says that it is complete and of which server, unless the server says so itself.'],
  [
    'HINTS',
    'Lists and reads say how long they hold: not at all, unless the entry of the server says otherwise.',
  ],
  [
    'LACKING',
    'A call of a modern client that fails because the server asked for what the client never declared gets -32021, which says what.',
  ],
  ['ERRORS', 'An error has the number that it has in the words of the client.'],
  ['DISCOVER', '`server/discover` is answered from what the server said to `initialize`.'],
  ['PROGRESS', 'Progress reaches the call it belongs to under its own token, and never after its answer.'],
  ['LOGS', 'Log lines reach only calls that asked for such, at or above the level that they named.'],
  ['POOL', 'A conversation serves callers of one principal, one set of headers and one set of abilities.'],
  ['CROSSED', 'Answers and questions of many calls at once each reach their own caller, and no other.'],
  ['QUEUE', 'Calls wait in order for a conversation of their own, in bounds of number and time.'],
  [
    'ROOM',
    'Where a server has few links, what nobody uses makes room, and one principal cannot take them all.',
  ],
  ['IDLE', 'A conversation that nobody uses is closed after a while.'],
  ['SPOILT', 'One whose call ended without the word of its server, or that was lost, serves no other call.'],
  [
    'CLOSED',
    'Taking out a server or a key, or the end of the gateway, ends what is open, waits or is parked.',
  ],
  ['MERGED', 'Several legacy servers seen as one serve modern clients as a single one does.'],
  ['WATCH', 'Who watches the common conversation of a caller hears what its server announces.'],
  [
    'PARK',
    'A call whose server asks is answered with the questions, and goes on when its client comes back.',
  ],
  ['AGAIN', 'A call may be asked again, each time under another state.'],
  ['ROUNDS', 'A call is asked in a bounded number of rounds; then its server is told to stop.'],
  ['MISSING', 'What a client left out is asked for again; what is no result is refused, and may be mended.'],
  [
    'REFUSED',
    'What a client did not declare, what belongs to no call, and too many questions are refused upstream.',
  ],
  ['WITHDRAWN', 'A question that its server calls off needs no answer.'],
  ['UNHEARD', 'What a server says while nobody waits is told to the client that comes back.'],
  [
    'DEADLINE',
    'A client that does not come back in time frees what waited for it, and hears so when it comes late.',
  ],
  ['CAPS', 'So many calls may be parked, of one principal and in all.'],
  [
    'STATE',
    'A state opens for its own principal, mount, method and params only; nothing is carried out for others.',
  ],
  ['ONCE', 'A state opens once.'],
  [
    'URL',
    'A server that wants a URL to be visited first gets the call again when its client says that it was.',
  ],
  [
    'CLIENT',
    "The SDK's modern client works before legacy servers: calls, progress, every question, giving up.",
  ],
  [
    'MANY',
    'Two hundred clients asked at once by one server are each asked their own; who is gone holds up nobody.',
  ],
  ['CANCEL', 'A client that goes away has its call cancelled at the server.'],
]);
