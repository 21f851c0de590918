/** The dialects of HTTP+SSE, and the shapes of their POSTs. */
import { area } from './row.ts';

export const dialects = area('DIALECT', 'FIELD the seven stream dialects', [
  [
    'DEFAULT',
    'A route on which a stream is opened without a session speaks `superset` unless told otherwise.',
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
    'CLG-POST',
    'A POST with `connectionId` and `protocol` is answered 200 `{"status":"sent"}`; its reply is `mcp-response`, ' +
      'JSON-RPC plus `protocol`, `connectionId` and `timestamp`.',
  ],
  [
    'RAILS-POST',
    'A POST to `/mcp/sse/message` with `connection_id` is answered 200 `{"status":"sent","timestamp"}`; its reply ' +
      'is `mcp_response`, pure JSON-RPC.',
  ],
]);
