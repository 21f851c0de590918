/** The five systems whose documents are played on the examples. */
import { area } from './row.ts';

export const examples = area('EXAMPLE', 'FIELD the documents of the five systems', [
  ['AAREGURU-CURL', 'The curl lines of the Aareguru server work as written: `/health`, `/sse`, `/messages`.'],
  ['AAREGURU-JS', 'Its JavaScript client works: the endpoint as JSON, POSTs answered 204, `message` events.'],
  ['AAREGURU-KEY', 'A missing or wrong `X-API-Key` is 401 in its own words; `/health` needs none.'],
  ['AAREGURU-ERRORS', 'A POST that names no session is 400, one that names an unknown one 404.'],
  ['AAREGURU-LIMIT', 'Calls over `RATE_LIMIT_PER_MINUTE` are refused; other callers are served.'],
  ['AAREGURU-CORS', 'Pages of `CORS_ORIGINS` may call, others may not.'],
  ['ORCH-CURL', "MCP Orchestrator's flow works: the endpoint twice, answers in the body and on the stream."],
  ['ORCH-ERRORS', 'There, what cannot be done is a JSON-RPC error in HTTP 200.'],
  [
    'ORCH-KEY',
    'A project opens with its own key and no other; whoever has none is told 401 in its own words.',
  ],
  [
    'ORCH-NOT-FOUND',
    'A project, server or session that is not there is 404, and a foreign one looks the same.',
  ],
  ['ORCH-LEGS', 'A server is there over Streamable HTTP, too, and all servers of a project behind one door.'],
  ['CLG-CURL', 'The curl lines of the CLG worker work: `connected`, `{"status":"sent"}`, `mcp-response`.'],
  ['CLG-JS', 'Its JavaScript client works, up to the `heartbeat`.'],
  ['CLG-KEY', 'Every request there needs the token.'],
  ['CLG-ERRORS', 'A POST with a lost connection or without JSON is 400 with `error` and `code`.'],
  ['CLG-LIMIT', 'A stream over `SSE_MAX_CONNECTIONS` is 503 with `Retry-After`, until one ends.'],
  ['CLG-OFF', 'With `SSE_ENABLED=false` its stream is 404.'],
  ['CLG-WORKER', 'A Worker that passes everything on keeps the address and changes nothing.'],
  ['RAILS-JS', 'The JavaScript client of the Rails application works, up to the `heartbeat`.'],
  ['RAILS-CURL', 'Requests with and without a stream work there: `/mcp`, `/mcp/sse`, `/mcp/sse/message`.'],
  ['RAILS-ERRORS', 'A POST with a lost connection or without JSON is 400 with `error` and `timestamp`.'],
  ['RAILS-UNKNOWN', 'There, an unknown method is the response of its own request.'],
  ['RAILS-CORS', 'Pages of `CORS_ORIGINS` may post there.'],
  [
    'RARE4N-CURL',
    'The curl lines of the RARE 4N backend work: the greeting on the stream, answers in the body.',
  ],
  ['RARE4N-AGENT', 'An agent set to Streamable HTTP is served at the same path.'],
  ['RARE4N-ERRORS', 'There, errors are told in the body with the id of their request.'],
  ['RARE4N-KEY', 'With `API_KEYS` a key is needed there, but not for a preflight.'],
  ['UNASKED', 'Where a document opens the stream with a bare `curl`, a GET that accepts anything opens one.'],
  [
    'README',
    'The README of each example names its port, its command and its files.',
    'PROMISE examples that run',
  ],
  [
    'DEPLOY',
    'The files in `deploy/` are well-formed and at one with the configuration beside them.',
    'PROMISE examples that run',
  ],
]);
