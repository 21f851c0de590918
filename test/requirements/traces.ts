/** Traces: requests as spans, linked from the client to the server. */
import { area } from './row.ts';

export const traces = area(
  'TRACE',
  'issue 7; W3C Trace Context; MCP 2026-07-28, `_meta`; OpenTelemetry, MCP',
  [
    [
      'CONTEXT',
      'What is said of a trace counts in its proper form only, and costs nothing however it is written.',
    ],
    [
      'BYTES',
      'A trace is written into `_meta` of what goes to a server; every other byte stays as it was sent.',
    ],
  ],
);
