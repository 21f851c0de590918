/** Traces: requests as spans, linked from the client to the server. */
import { area } from './row.ts';

const SOURCE = 'issue 7; W3C Trace Context; MCP 2026-07-28, `_meta`; OpenTelemetry, MCP';

export const traces = area('TRACE', SOURCE, [
  [
    'CONTEXT',
    'What is said of a trace counts in its proper form only, and costs nothing however it is written.',
  ],
  [
    'BYTES',
    'A trace is written into `_meta` of what goes to a server; every other byte stays as it was sent.',
  ],
  [
    'ONE',
    'A trace that a client begins is one through gateways to the server: each span the child of the one before, as a receiver of OTLP gets it.',
  ],
  [
    'PARENT',
    'The caller is who `_meta` names, else who the head names; what came around it is a link. Where nobody is named, a trace begins.',
  ],
  [
    'FACTS',
    'Spans say what is called, where and how it went in the words of the conventions for MCP; no argument, result, URI or whole session.',
  ],
  [
    'WAYS',
    'Every request is a span, whatever carries it, in words of both eras, at one server or several merged.',
  ],
  ['CARRIED', 'A request that another node serves is one trace, with a span on each of the two.'],
  [
    'AGAIN',
    'Each time that a request is sent to a server is a span of its own; the one without an answer says so.',
  ],
  [
    'ASKED',
    'What a server asks of the client for a call is a span within it, where its carrier tells whose it is.',
  ],
  [
    'SAMPLED',
    'What is not sampled is not recorded, and everybody behind is told so; what the caller decided counts unless told otherwise.',
  ],
  ['OFF', 'Without traces nothing of them is read, written or loaded.'],
  [
    'SLOW',
    'A receiver that is slow, away or refuses costs a bounded number of spans and no call; it is told once.',
  ],
  ['END', 'At the end what waits is sent, in bounded time.'],
  ['SETTINGS', 'Traces are set by `OTEL_*` or by the file, and shown with where each value came from.'],
]);
