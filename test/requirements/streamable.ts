/** Streamable HTTP, in its legacy revisions. */
import { area, since } from './row.ts';

const SPEC = 'MCP 2025-03-26 and later, transports';

const all = area('STREAMABLE', SPEC, [
  [
    'SESSION-ID',
    '`initialize` is answered with `Mcp-Session-Id`, of visible ASCII, as JSON and as a stream.',
  ],
  ['NO-SESSION', 'Requests that name no session are served without one.', 'FIELD Streamable HTTP'],
  [
    'SAME-ID',
    'Many clients without a session that all send the same id get their own answers.',
    'FIELD Streamable HTTP',
  ],
  ['DEAD-SESSION', 'A session that is unknown or over is 404 on POST, GET and DELETE.'],
  ['DELETE', 'DELETE ends a session and its server; without a session it is 400.'],
  ['POST-202', 'A POST without requests is answered 202 with an empty body.'],
  ['ACCEPT', 'A POST must accept JSON and event streams, else it is 406; a wildcard, or none, is enough.'],
  ['JSON', 'A quick answer is one JSON body.'],
  ['STREAM', 'A slow answer, or one with messages before it, is a stream that ends after the answer.'],
  [
    'RELATED',
    'What belongs to a call (progress, logs, questions) travels on the stream of that call, before its answer.',
  ],
  ['GET', 'A GET is the standing stream: what belongs to no call travels on it.'],
  ['GET-BACKLOG', 'What was said before anybody followed the standing stream is delivered on it.'],
  [
    'GET-TAKES-OVER',
    'A second GET takes over: the first is ended, and no message is lost or doubled.',
    'FIELD Streamable HTTP',
  ],
  ['RESUME', 'A cut stream is taken up with `Last-Event-ID`, and every event comes once.'],
  [
    'RESUME-LIVE',
    'What is said while older events are replayed comes after them, without a gap or a doubling.',
  ],
  ['RESUME-OWN', 'Only events of the stream that the event id belongs to are replayed.'],
  ['RESUME-SDK', 'A real SDK client takes its calls up again by itself.'],
  ['EVENT-ID', 'An event id that is not of this session and this gateway is refused with 400.'],
  [
    'HISTORY-LOST',
    'When events are no longer kept the client is told so first, and never gets a part of them.',
    'PROMISE nothing lost',
  ],
  [
    'RESUME-DONE',
    'A stream that ended and was read to its end is answered 204.',
    'WHATWG HTML, server-sent events',
  ],
  ['DROP-NO-CANCEL', 'A dropped stream cancels nothing.'],
  ['UNKNOWN-METHOD', 'An unknown method is answered 200 with -32601.', 'FIELD Streamable HTTP'],
  [
    'IDLE',
    'A session without a stream or a call is closed after its idle time; one in use is not.',
    'PROMISE bounded',
  ],
]);

export const streamable = [
  ...all,
  ...since(
    ['2025-03-26'],
    area('STREAMABLE', 'MCP 2025-03-26, transports', [
      ['BATCH', 'A batch is taken, and its answers come in an array or on a stream.'],
      ['BATCH-202', 'A batch without requests is answered 202.'],
      ['BATCH-PART', 'A bad message of a batch is answered alone; the others are served.'],
      ['BATCH-INITIALIZE', 'A batch with `initialize` in it is refused.'],
    ]),
  ),
  ...since(
    ['2024-11-05', '2025-06-18', '2025-11-25'],
    area('STREAMABLE', 'MCP 2025-06-18, changes', [
      ['NO-BATCH', 'A batch is refused with 400 and -32600 in every revision but 2025-03-26.'],
    ]),
  ),
  ...since(
    ['2025-06-18', '2025-11-25'],
    area('STREAMABLE', 'MCP 2025-06-18, transports', [
      ['VERSION', 'An unknown `MCP-Protocol-Version` is 400; none means 2025-03-26.'],
    ]),
  ),
  ...since(
    ['2025-11-25'],
    area('STREAMABLE', 'MCP 2025-11-25, transports', [
      ['PRIMING', 'A stream begins with an event that has an id, a `retry` and empty data.'],
      ['POLLING', "A long call's stream may be ended with a `retry`; the client comes back for the rest."],
    ]),
  ),
  ...since(
    ['2025-03-26', '2025-06-18'],
    area('STREAMABLE', 'FIELD Streamable HTTP', [
      ['NO-PRIMING', 'Clients of earlier revisions never get a priming event, which they crash on.'],
    ]),
  ),
];
