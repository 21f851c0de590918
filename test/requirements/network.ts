/** Servers over the network: addresses, headers, Streamable HTTP and HTTP+SSE. */
import { area } from './row.ts';

export const network = area('NETWORK', 'PROMISE any server', [
  ['ADDRESS', 'An address that no driver can take is refused when the driver is made, in one sentence.'],
  ['HEADERS', 'A header of an entry that cannot be sent, or is ours to set, is refused without its value.'],
  [
    'FORWARDED',
    'The headers of a caller never replace those of the entry, of the driver, or the host.',
    'PROMISE credentials are not mixed',
  ],
  [
    'ODD',
    'What is no message (pages, redirects, compression, statuses) is one clear fault, and the rest goes on.',
  ],
  ['WORDS', 'Where a server refuses a request with an error of its own, its caller gets that error.'],
  [
    'KEY',
    'A key of the entry that a server refuses is told as that, in our words: its own would ask our caller for a key.',
    'PROMISE honest',
  ],
  ['BAD', 'An answer that is no proper message is an error for its caller, where that can be told.'],
  [
    'STREAM',
    'Frames with a byte order mark or lines that end by CR are read.',
    'WHATWG HTML, server-sent events',
  ],
  ['REDIRECT', 'Redirects are followed within the origin, five at most, and only where a POST stays one.'],
  ['CAP', 'An answer over the cap is told to its caller.', 'PROMISE bounded'],
  ['LONG', 'A large answer is passed on in the pieces it came in.', 'PROMISE bytes stay bytes'],
  ['FLOW', 'A link that is paused holds its server up, and loses nothing.', 'PROMISE bounded'],
  [
    'CONNECTIONS',
    'Requests in flight are bounded, and those that wait; the error names the cap.',
    'PROMISE bounded',
  ],
  ['CONNECT', 'A connection that is not made in time is given up.', 'PROMISE bounded'],
  ['SILENT', 'A server that stays silent for too long is given up.', 'PROMISE bounded'],
  ['QUEUED', 'What the server has not taken yet is counted.', 'PROMISE bounded'],
  [
    'BREAKER',
    'A server that cannot be reached again and again is not tried for a while, 5 s at most, and callers are told when.',
  ],
  ['CALLER', 'HTTP does the same on every runtime: pauses, ends, and says whether anything was sent.'],
  ['WEB', 'The root entry calls servers by the `fetch` of its runtime.'],
]);

export const sseReader = area('SSEREAD', 'WHATWG HTML, server-sent events', [
  ['SAME', 'Events are read as any event source reads them, wherever chunks are cut.'],
  ['CR', 'An event whose lines end by CR is told as soon as it is whole.'],
  ['CAP', 'Data and fields beyond their caps are skipped and told; nothing else is kept.', 'PROMISE bounded'],
  ['LINEAR', 'Reading takes time in proportion to what comes.', 'PROMISE bounded'],
  ['BYTES', 'What an event carries is passed on as the bytes that came.', 'PROMISE bytes stay bytes'],
]);

export const streamableUpstream = area('STREAMUP', 'MCP 2025-03-26 … 2025-11-25, Streamable HTTP', [
  ['POST', 'Each message is one POST with the headers that are due; its answer may be plain JSON.'],
  [
    'REFUSED',
    'A call that certainly never reached the server is told as such.',
    'PROMISE no tool runs twice',
  ],
  ['ORDER', 'The stream is asked for first, then the server is told that we are ready, then all the rest.'],
  ['STATELESS', 'A server without sessions is called without one; 404 is an error of its call alone.'],
  ['SESSION-ID', 'A session id that no header can carry is reported and not repeated.'],
  [
    'LOST',
    'A session that the server forgot is told once, with all that it refused.',
    'PROMISE no tool runs twice',
  ],
  [
    'GONE',
    'Where nothing listens any more the link ends, with what was not sent.',
    'PROMISE no tool runs twice',
  ],
  ['END', 'The end of a session is told to the server, in bounded time; nothing is left open.'],
  ['RELATED', 'What comes on the stream of a call is told as related to it; its answer once.'],
  ['LINGER', 'A stream that is left open behind its answer is cut.', 'PROMISE bounded'],
  ['ABANDON', 'What is open for a call that nobody waits for any more is cut soon after.', 'PROMISE bounded'],
  ['RESUME', 'The stream of a call that is cut is taken up where it ended, or the call is told as lost.'],
  [
    'POLL',
    'A stream that the server ends in good order is polled until the answer is there.',
    'MCP 2025-11-25',
  ],
  [
    'STANDING',
    'The standing stream is kept up, taken up where it ended, and done without where there is none.',
  ],
  [
    'SDK',
    'Servers of the SDKs are served over Streamable HTTP, with and without sessions.',
    'PROMISE any server',
  ],
]);

export const sseUpstream = area('SSEUP', 'MCP 2024-11-05, HTTP with SSE', [
  ['ENDPOINT', 'Messages go to the endpoint that the server names, as a URI or as JSON with one.'],
  ['FOREIGN', 'An endpoint at another origin, or that is none, is refused.', 'PROMISE no SSRF'],
  ['ODD', 'What is no stream (pages, statuses, compression, no HTTP) is one clear fault.', 'PROMISE honest'],
  ['REDIRECT', 'Redirects are followed within the origin; the endpoint is relative to where the stream is.'],
  [
    'BAD',
    'An answer that cannot be taken is told to its caller, where that can be told.',
    'PROMISE one answer',
  ],
  ['FLOOD', 'A stream of rubbish without end costs a bounded part of our time.', 'PROMISE bounded'],
  ['SECOND', 'A second endpoint is reported and ignored.'],
  ['NO-ENDPOINT', 'A stream without an endpoint is given up in time.', 'PROMISE bounded'],
  ['BODY', 'An answer is told once, whether it comes on the stream, in the body of its POST, or in both.'],
  ['CUT', 'A link ends with its stream, and may be opened again.'],
  ['LOST', 'A session that the server forgot is told with what it refused.', 'PROMISE no tool runs twice'],
  ['REFUSED', 'A POST that is refused fails its own call.', 'PROMISE one answer'],
]);
