/** How much within a time: requests, bytes, streams that are opened, and wrong keys. */
import { area } from './row.ts';

export const rates = area('RATE', 'PROMISE bounded', [
  ['LIMIT', 'A caller that used up its limit is refused until there is room again; others are not.'],
  ['EXACT', 'Under 16 parallel clients of one caller a limit gives what it says within 2 %.'],
  ['TOGETHER', 'What counts in several limits is taken from all of them or from none.'],
  ['BYTES', 'Bytes are counted as they were read; who sent too many is refused until that is made up for.'],
  [
    'BOUNDED',
    'What is counted is bounded, and nobody gets a second burst by that, from a million addresses either.',
  ],
  ['ADDRESS', 'An address is limited for itself, IPv6 by its /64.'],
  [
    'HTTP',
    'Over Streamable HTTP the refusal is 429 with Retry-After and RateLimit-*, and opens nothing.',
    'RFC 6585 section 4',
  ],
  [
    'STREAM',
    'On a stream the refusal is an error there, acknowledged as ever: the session goes on.',
    'FIELD Python SDK: any answer but 2xx ends it',
  ],
  ['SOCKET', 'On a WebSocket the refusal is an error message, and the messages keep their order.'],
  [
    'STANDING',
    'Answers tell how things stand with the limit that is nearest to its end, once half of it is used.',
    'draft-ietf-httpapi-ratelimit-headers',
  ],
  ['OPENS', 'Streams, sockets and tickets are counted when they are opened, apart from calls.'],
  ['TOOL', 'Calls of a tool are limited by its own name, over every way and in the words of either era.'],
  ['SERVER', 'Requests to a server are limited whoever sends them; those of the gateway are not among them.'],
  ['KEY', 'A key may have limits of its own, in place of what is said of callers.'],
  ['RELOAD', 'A socket that stays open over a reload is held to the rate that is in force.'],
  ['SITES', 'Each project has its own limit, or that of the gateway, for itself; a reload forgets nothing.'],
  [
    'CONFIG',
    'Limits are written as rates, for the gateway, projects, servers and tools; what is wrong is told.',
  ],
  [
    'GUESS',
    'After many wrong keys from an address, only who came in from there before does: no other learns whether its key is right.',
  ],
]);
