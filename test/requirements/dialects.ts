/** The dialects of HTTP+SSE, and the shapes of their POSTs. */
import { area } from './row.ts';

export const dialects = area('DIALECT', 'FIELD the seven stream dialects', [
  [
    'DEFAULT',
    'A route on which a stream is opened without a session speaks `superset` unless told otherwise.',
  ],
  [
    'OWN-ROUTE',
    'A server may have a dialect of its own, on every path of it that opens a stream.',
    'PROMISE configurable',
  ],
  [
    'SUPERSET-ORDER',
    'A `superset` stream says `: connected`, `endpoint` once, `connected` with both ids, and then heartbeats.',
  ],
  ['SUPERSET-ROUTES', 'It is opened at `/sse`, `/mcp` and `/mcp/sse`, at the root and under each server.'],
  ['SUPERSET-SHAPE', 'A reply has the shape of the POST that asked, whatever else its session sent since.'],
  ['SUPERSET-OWN', 'What the server says by itself has the shape of the latest POST of the session.'],
  ['SUPERSET-ALL', 'A standard client, one of `clg` and one of `rails` use one route at the same time.'],
  [
    'TOGETHER',
    'Many clients of every kind, SDKs of three generations among them, share one `superset` route; each has every ' +
      'answer of its own, in its own event shape, and no other.',
  ],
  ['SDK', 'A standard client, old or new, works on every route whose dialect tells it where to post.'],

  [
    'HTTP-SSE',
    '`http-sse` has the events of the specification and comments, and nothing else.',
    'MCP 2024-11-05, transports',
  ],

  ['CLG-OPENING', '`clg` begins with `connected` `{connectionId, protocol, timestamp}`, the time in ms.'],
  ['CLG-HEARTBEAT', 'It beats with `heartbeat` `{timestamp}`.'],
  [
    'CLG-POST',
    'A POST with `connectionId` and `protocol` is answered 200 `{"status":"sent"}`; its reply is `mcp-response`, ' +
      'JSON-RPC plus `protocol`, `connectionId` and `timestamp`.',
  ],
  ['CLG-FLOW', 'Its client gets through a whole session by POSTs to the path of the stream.'],
  ['CLG-ASKED', 'Its client answers what the server asks.'],
  [
    'CLG-ERRORS',
    'Its errors are `{"error","code"}`: 400 and -32001 without a live connection, -32700 for what is no JSON, -32603 ' +
      'for a fault of the gateway.',
  ],

  [
    'RAILS-OPENING',
    '`rails` begins with `connected` `{type, connection_id, timestamp, server_info}`, the time as ISO 8601.',
  ],
  ['RAILS-HEARTBEAT', 'It beats with `heartbeat` `{type, timestamp}`.'],
  [
    'RAILS-POST',
    'A POST to `/mcp/sse/message` with `connection_id` is answered 200 `{"status":"sent","timestamp"}`; its reply ' +
      'is `mcp_response`, pure JSON-RPC.',
  ],
  ['RAILS-FLOW', 'Its client gets through a whole session.'],
  ['RAILS-ERRORS', 'Its errors are `{"error","timestamp"}`, 400 without a live connection.'],
  [
    'RAILS-FAILURES',
    'A failure of the relay that answers a request is `mcp_error`, another one `error` `{type, message, timestamp}`.',
  ],
  ['RAILS-END', 'Its client hears as `error` that the gateway shuts down.'],

  [
    'RARE4N-OPENING',
    '`rare4n` says `: connected`, the endpoint, and a greeting like the result of `initialize`.',
  ],
  ['RARE4N-SAME-PATH', 'Its clients post to the path of the stream.'],
  [
    'RARE4N-BODY',
    'Without a session the answer is JSON in the body, however late, also for a client that accepts anything or ' +
      'does not say what.',
  ],

  ['AAREGURU-ENDPOINT', '`aareguru-json` tells the endpoint as `{"uri":"…?session_id=…"}`.'],
  ['AAREGURU-POST', 'A POST is answered 204 with nothing, whatever is in it.'],
  [
    'AAREGURU-RESCUE',
    'A client that takes that JSON for a relative URI and posts there is served, and gets nowhere else by it.',
  ],
  [
    'UNAUTHORIZED',
    'Who has no key is told so in the words of the default dialect: `{"error":"Invalid or missing API key"}`.',
  ],

  [
    'ORCH-OPENING',
    '`orch-data` tells the endpoint as a URI and as a message with an absolute one, then a comment.',
  ],
  ['ORCH-HEADER', 'Its stream names the session in `X-Session-ID`.'],
  ['ORCH-ORIGIN', 'The absolute URI has the origin the client called, and no other.'],
  ['ORCH-HEARTBEAT', 'It beats with the comment `keepalive`.'],
  ['ORCH-BOTH', 'A request is answered in the body of its POST with 200, and on the stream.'],
  ['ORCH-NOTIFICATION', 'A POST that asks nothing is 202 `{"status":"accepted"}`.'],
  ['ORCH-ERRORS', 'A JSON-RPC error comes with HTTP 200.'],
  ['ORCH-404', 'A server or session that is not there is 404.'],

  [
    'NAMES',
    'A session is taken as `sessionId`, `session_id`, `connectionId` or `connection_id` in a query, and in the headers ' +
      '`Mcp-Session-Id` and `X-Session-ID`; head and body must not contradict each other.',
  ],
  ['SPLICED', 'The members of a body that name its connection do not reach the server.'],
  ['EXACT', 'All other bytes of such a message stay as they are.'],
  ['FOREIGN', "A client that sends another dialect's shape gets the error of the dialect that is spoken."],
  ['UNTOLD', 'Where no shape can be told, an error is that of the dialect of the route.'],
  ['HEAD', 'HEAD answers with the head of a stream and opens no session, whatever the dialect.'],
  ['GET-PLAIN', 'A GET that asks for no stream is told how the gateway is.'],
  ['STREAMABLE', 'Streamable HTTP is served at the URL of every stream, whatever its dialect.'],

  ['OFF', 'Switched off, opening a stream of HTTP+SSE is 404; Streamable HTTP goes on.'],
  ['MAX', 'One stream of HTTP+SSE more than there may be is 503 with `Retry-After`.'],
  [
    'IDLE',
    'Where an idle time is set, a client that only listens for so long is let go; one with a call is not.',
  ],
  ['HEALTH', '`/health` tells how many sessions of each dialect there are.'],
]);

/** Clients that find out by trying. */
/** Clients that find out by trying. */
export const picking = area('PICK', 'FIELD clients worth an exact test', [
  [
    'MCP-REMOTE',
    'mcp-remote `http-first` connects to every kind of route on the first try, `sse-first` to those that tell an endpoint.',
  ],
  ['POST-THEN-GET', 'So does a client that POSTs first and opens a stream only if that fails.'],
  [
    'ROUTES',
    'They all connect at the root of several servers, at a project, and at a server over the network, too.',
  ],
  ['AUTO', 'So does a 2.x client in `auto` mode, over both transports.'],
]);
