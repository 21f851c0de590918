/** Modern servers, as legacy clients see them. */
import { area } from './row.ts';

export const asLegacy = area('ASLEG', 'MCP 2026-07-28; PROMISE legacy clients reach modern servers', [
  [
    'ENCODING',
    'What is no safe value of a header is written in base64, and read back; what is neither is refused.',
  ],
  [
    'ANNOTATIONS',
    '`x-mcp-header` is read where the revision allows it; anywhere else it makes the tool invalid.',
  ],
  ['PARAMS', 'Arguments are said in headers as the schema wants it, and compared with what headers say.'],
  [
    'HELLO',
    '`initialize` is answered from `server/discover`, in the version of the client where it is a legacy one; never in a modern one.',
  ],
  [
    'OWN',
    '`ping` is answered by the gateway; `initialized`, `roots/list_changed` and progress go no further.',
  ],
  [
    'LEVEL',
    '`logging/setLevel` is remembered and said with each request; without it no log line reaches the client.',
  ],
  [
    'STAMP',
    'Each request says version, client and capabilities in `_meta`, as `initialize` said them; nothing else of it changes.',
  ],
  [
    'RESULT',
    'Results lose `resultType`, `ttlMs` and `cacheScope` and nothing else; an unknown kind is an error.',
  ],
  ['LONG', 'A long answer is not put together on its way.'],
  ['PROGRESS', 'Progress belongs to the request that asked for it.'],
  ['CANCEL', 'A cancelled call is called off upstream, under the number it has there.'],
  ['LOST', 'What is lost with a modern link is told under the numbers of the engine.'],
  ['LINK', 'A modern link is paused, counted and closed as any other.'],
  ['ASKED', 'A modern server that sends requests is refused.'],
]);
