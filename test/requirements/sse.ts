/** HTTP+SSE. */
import { area } from './row.ts';

export const sse = area('SSE', 'FIELD HTTP+SSE', [
  [
    'ENDPOINT-FIRST',
    'The first event of a stream is `endpoint`; it is sent at once, before any message.',
    'MCP 2024-11-05, transports',
  ],
  ['ENDPOINT-ONCE', 'A stream has one `endpoint` event and no more, however long it lives.'],
  [
    'ENDPOINT-RELATIVE',
    'The endpoint is a plain URI relative to the origin: the gateway never advertises an origin.',
  ],
  [
    'ENDPOINT-PATH',
    'The endpoint keeps the path of the server, and of the mount, under which the stream is.',
  ],
  [
    'MESSAGE-PURE',
    'A server message is one `message` event whose data is the JSON-RPC object, without members of ours.',
    'MCP 2024-11-05, transports',
  ],
  ['POST-202', 'A POST to the endpoint is answered 202 with an empty body; the answer comes on the stream.'],
  [
    'ERROR-ON-STREAM',
    'On a live session whatever is wrong with a message is answered 202, and the error comes on the stream.',
  ],
  ['UNKNOWN-SESSION', 'A POST that names an unknown session is 404, one that names none is 400.'],
  ['SESSION-NAMES', 'The session is taken as `sessionId` and as `session_id`.'],
  [
    'LENIENT-START',
    'A client that calls without `initialize` is served: the gateway initialises the server itself.',
  ],
  ['DISCOVER', '`server/discover` is answered with -32601 at once, before and after `initialize`.'],
  ['RECONNECT', 'A client whose stream dropped opens another and goes on, without `initialize`.'],
  ['DROP-ENDS', 'When its stream goes, a session ends: its calls are called off and its server is let go.'],
  ['OTHERS-GO-ON', 'The end of one stream touches no other session.', 'PROMISE isolated'],
  ['HEARTBEAT', 'A comment is sent every 15 s by default, on a stream on which nothing else happens too.'],
  ['HEADERS', 'A stream has the type `text/event-stream; charset=utf-8`, is not cached and not buffered.'],
  ['NOT-COMPRESSED', 'A stream is never compressed, whatever the client accepts.'],
  ['FLUSH', 'Head and first bytes of a stream are sent at once, before anything happens.'],
  ['RAW-2024', 'A client of 2024-11-05 without any SDK gets through the whole life of a session.'],
  [
    'AUTO-MODE',
    'A 2.x client that asks for the modern era first gets it over Streamable HTTP, and ends up in the legacy era over SSE.',
  ],
]);

export const routes = area('ROUTE', 'FIELD HTTP+SSE', [
  ['405', 'A method that a path does not take is 405 with a right `Allow`.', 'RFC 9110 section 15.5.6'],
  ['404', 'A path, server or session that does not exist is 404.'],
  ['HEAD', 'HEAD answers with the head of a stream and opens no session.', 'RFC 9110 section 9.3.2'],
  ['GET-PLAIN', 'A GET that does not accept a stream gets a health answer and opens no session.'],
  ['OPTIONS', 'OPTIONS tells what a page may send.', 'WHATWG Fetch, CORS preflight'],
  [
    'BOTH-LEGS',
    'Both transports are served at one URL, so a client that falls back needs no second address.',
  ],
  ['SERVERS', 'Each server is served under `/servers/{server}`, and one of them at the root.'],
  [
    'HEALTH',
    '`/healthz`, `/readyz` and `/health` tell whether it lives, takes work, and how its servers are.',
  ],
  ['HEALTH-DEGRADED', 'A server that does not start shows as degraded in `/health`.', 'PROMISE honest'],
  ['ABSOLUTE', 'A target in absolute form is served as its path.'],
  ['EXPECT', 'An expectation that cannot be met is refused with 417 and a sentence.'],
]);
