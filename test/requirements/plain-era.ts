/** What people meet of the eras where they type: commands, files, messages. */
import { area } from './row.ts';

export const plainEra = area('PLAINERA', 'PROMISE README, docs/eras.md', [
  [
    'CLI',
    '`list` and `call` reach servers that speak 2026-07-28 alone, over stdio and HTTP, by name and by address, and say first what first went wrong.',
  ],
  [
    'NOWAY',
    'A file that wants words of 2026-07-28 where there are none, over HTTP+SSE or WebSocket, is refused with the way out.',
  ],
  [
    'DOCS',
    'What the pages show of the eras is so: the entry, the request by hand, the servers in the library.',
  ],
  [
    'REFUSED',
    'A modern client is told in the words of the server why a legacy one refuses to begin; no more than a line.',
  ],
  [
    'WRONG',
    'An old client is told when the entry of an old server says that it is modern, and what to remove.',
  ],
]);
