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
  ['REAL-HEADERS', 'A legacy client calls a tool whose server checks headers, listed or not.', 'PROMISE'],
  ['REAL', 'Clients of the first and the last legacy SDK have all that their revisions have.', 'PROMISE'],
  [
    'QUESTIONS',
    '`input_required` becomes requests to the client; the call is sent again under a new id, with its answers and the very state.',
  ],
  ['URL', 'A page to be opened gets an `elicitationId`.', 'MCP 2025-11-25, elicitation'],
  ['UNDECLARED', 'What a client did not declare is not asked of it: the call fails with -32021.'],
  ['ROUNDS', 'Rounds of questions and questions of a round are capped.'],
  ['ODD', 'Questions that are not as they must be, or stand where none may, fail the call.'],
  ['REFUSED', 'An error in place of an answer ends the call with that error.'],
  ['QUIT', 'A call that is called off takes its open questions along.'],
  [
    'CHANGED',
    'Changes of lists that the server offers to tell of reach the client, without the subscription.',
  ],
  ['UNASKED', 'Changes that nobody asked to hear of are dropped.'],
  [
    'SUBSCRIBE',
    'Subscriptions of a link are one `subscriptions/listen`, replaced without a gap when they change.',
  ],
  ['UNSUBSCRIBE', 'What is unsubscribed from is not listened to any more.'],
  ['NO-SUBSCRIBE', 'A subscription that the server does not take is refused.'],
  ['MISSED', 'When listening is begun again, what was listened to is announced once.'],
  ['OLD', 'Subscriptions that were replaced are heard for a second, a few at most.'],
  ['AGAIN', 'Listening that ends is begun again, with waits that grow up to a longest one.'],
  [
    'HEADERS',
    'Arguments are said in `Mcp-Param-*` as the list of tools says; it is asked for once where it was not yet.',
  ],
  ['MISMATCH', 'After -32020 the list is asked for again, and the call sent once more.'],
  ['INVALID', 'Tools with invalid annotations are not offered over HTTP, and that is told.'],
  ['NO-HEADERS', 'Over carriers without headers none are looked for.'],
  ['CONTENT', 'Content that a revision does not know becomes text.', 'MCP 2025-03-26, 2025-06-18'],
  ['SAMPLES', 'Questions with several blocks a message are asked with one each.', 'MCP 2025-11-25, sampling'],
  ['STRUCTURED', 'Structured content and its schemas are objects for legacy clients, or absent.'],
  ['FIRST', 'A server is tried in legacy words first, and in modern ones where it understands no others.'],
  ['OUTAGE', 'An outage changes nothing of what is thought of the words of a server.'],
  [
    'SESSIONLESS',
    'A server that takes `initialize` but gives no session can neither ask nor announce: legacy clients reach it in modern words, where it has them.',
  ],
  ['KNOWN', 'A server that is known to understand modern words alone is not tried in others.'],
  ['CACHE', 'What a server lets be given again is, though its clients are not told of that.'],
  ['OWN-HELLO', 'A client that never introduced itself is served in the name of the gateway.'],
  ['LOST-AGAIN', 'A lost link is opened again, and listens to what was subscribed to.'],
  ['GIVEN-UP', 'A link that is given up while words are found out ends once and leaves nothing open.'],
  ['ASKED', 'A modern server that sends requests is refused.'],
]);
