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
  ['ERRORS', 'An error has the number that it has in the words of the client.'],
  ['DISCOVER', '`server/discover` is answered from what the server said to `initialize`.'],
  ['PROGRESS', 'Progress reaches the call it belongs to under its own token, and never after its answer.'],
  ['LOGS', 'Log lines reach only calls that asked for such, at or above the level that they named.'],
  ['CANCEL', 'A client that goes away has its call cancelled at the server.'],
]);
