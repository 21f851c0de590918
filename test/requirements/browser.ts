/** Browser pages: tickets, and the client they use. */
import { area } from './row.ts';

export const pages = area('PAGE', 'PROMISE browser clients', [
  ['FIVE-LINES', 'Five lines connect a page and call a tool, over Streamable HTTP and HTTP+SSE.'],
  ['DIALECTS', 'The client speaks every dialect that a browser can speak, each in its own words.'],
  ['TOGETHER', 'Real pages are served on one route with clients of every other kind, each in its own shape.'],
  [
    'TICKET',
    'With `EventSource` the client asks for a ticket each time it opens the stream; the key is in no URL.',
  ],
  [
    'SENDS',
    'What is asked before the link is open is sent in order once it is; what only reads, also when its session is gone.',
  ],
  ['RECONNECT', 'A stream that is cut is opened again, and the page is told of each state.'],
  [
    'RESUME',
    'On Streamable HTTP a stream that is cut is taken up after its last whole event: no loss, no doubling.',
  ],
  ['RESTART', 'When the gateway is restarted, the client opens a new session and goes on.'],
  ['LOST', 'A request that may have reached the server is never sent twice: it fails as `lost`.'],
  ['INACTIVE', 'A stream on which nothing comes for three heartbeats is opened anew.'],
  [
    'BACKOFF',
    'Between tries the client waits longer each time, with jitter, up to a bound, and not for ever.',
  ],
  ['BOUNDED', 'What waits, what is under way and the size of what is read are bounded, each with its error.'],
  [
    'TIMEOUT',
    'Each request ends in time; progress renews its time; what is given up is cancelled at the server.',
  ],
  [
    'ERRORS',
    'Each failure has a stable code and a sentence; errors of the server keep their number and data.',
  ],
  [
    'EVENTS',
    'Events are understood as browsers do, however they are cut.',
    'WHATWG HTML, server-sent events',
  ],
  [
    'ORIGIN',
    'The key goes to the origin the page named and no other: foreign endpoints and redirects are refused.',
  ],
  [
    'ASKED',
    'What the server asks is answered by the page, `ping` by the client, and what nobody answers is refused.',
  ],
  ['CORS', 'In a browser, a page of an allowed origin is served and one of another is not.', 'WHATWG Fetch'],
  ['EXAMPLES', 'The example pages connect, disconnect, send any request, and show events and state.'],
  [
    'ENTRY',
    '`sluice/browser`, and `sluice/call-once`, reach no `node:` module and no package, and are small.',
  ],
]);

export const tickets = area('TICKET', 'PROMISE browser clients', [
  [
    'GIVEN',
    'A POST with a key to `/tickets`, at the root or of a server, gives a ticket and how long it is good.',
  ],
  ['OPENS', 'A GET of a stream with a good ticket in its query is served as if it had sent the key.'],
  ['ONCE', 'A ticket is good once, also when many show it at the same moment.'],
  ['SHORT', 'A ticket is good for 30 s by default and no longer.'],
  [
    'ROUTE',
    'A ticket is good for the route it was asked for and for no other, and only on a GET that opens a stream.',
  ],
  ['SPENT', 'A ticket that opens nothing where it is shown is spent there, be anything there or not.'],
  ['PRINCIPAL', 'A ticket stands for the key it was asked with, and for nobody when that key is gone.'],
  ['SAME-401', 'A ticket that is not good is answered like no key at all.'],
  ['BOUNDED', 'Unused tickets are bounded, in all and for each principal; those out of date make room.'],
  ['SECRET', 'No ticket is in the log or told to the observer, and the gateway keeps its hash only.'],
]);
