/** The five systems whose documents are played on the examples. */
import { area } from './row.ts';

export const examples = area('EXAMPLE', 'FIELD the documents of the five systems', [
  ['RAILS-JS', 'The JavaScript client of the Rails application works, up to the `heartbeat`.'],
  ['RAILS-CURL', 'Requests with and without a stream work there: `/mcp`, `/mcp/sse`, `/mcp/sse/message`.'],
  ['RAILS-ERRORS', 'A POST with a lost connection or without JSON is 400 with `error` and `timestamp`.'],
  ['RAILS-UNKNOWN', 'There, an unknown method is the response of its own request.'],
  ['RAILS-CORS', 'Pages of `CORS_ORIGINS` may post there.'],
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
