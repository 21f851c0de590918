/** What modern clients meet over HTTP. */
import { area } from './row.ts';

export const modernFace = area('FACE', 'MCP 2026-07-28, Streamable HTTP', [
  ['ERA', 'What the body of a POST claims tells its era, and only without a claim its head.', 'ERAS'],
  ['URLS', 'A modern request is served at both URLs of every mount.', 'ERAS'],
  ['SESSION', 'A modern POST names no session that counts: none is looked for, echoed or made.'],
  [
    'WRONG-ERA',
    'A modern message in a session is answered `wrong_era` in the words of its dialect; `server/discover` with -32601.',
    'ERAS',
  ],
  ['BODIES', 'A batch with a modern message, and the answer to a question, are 400.'],
  ['GONE', 'What only conversations have is 404 and -32601.'],
  ['POST-ONLY', 'GET and DELETE with a modern version are 405, and the answer allows POST.'],
  ['VERSION', 'MCP-Protocol-Version is there, once, and is what `_meta` says; else 400 and -32020.'],
  ['UNKNOWN', 'A version that is not spoken so is 400 and -32022, with those that are.'],
  [
    'VERSIONS',
    'What `server/discover` says is supported is what is spoken here, and the rest of it is what the server said.',
    'MCP 2026-07-28, versioning',
  ],
  ['METHOD', 'Mcp-Method is there, once, and is the method of the body; else 400 and -32020.'],
  ['NAME', 'Mcp-Name is there, once, and is what the request is about; else 400 and -32020.'],
  ['BASE64', 'A name in base64 is decoded before it is compared; what cannot be decoded is refused.'],
  ['META', '`_meta` lacks nothing and is well-formed; else 400 and -32602.', 'MCP 2026-07-28, base protocol'],
  ['IDS', 'An id is a string or an integer, of a bounded length.', 'MCP 2026-07-28, base protocol'],
  ['ORDER', 'What is wrong is told in the order in which the reference implementation looks.'],
  ['PARAMS', 'Mcp-Param-* are passed on as they came, bounded in number and bytes.'],
  [
    'COMPARED',
    'Where no server compares them, Mcp-Param-* headers say what the arguments say, as the schema of the tool wants it; else 400 and -32020.',
    'MCP 2026-07-28, Streamable HTTP, "Server Behavior for Custom Headers"',
  ],
  ['STAMPED', 'A call that came without headers is sent on with those its tool wants.'],
  [
    'LISTED-ONCE',
    'The schemas are listed once for all who wait, until they change or a time is over; a list that fails fails no call.',
    'PROMISE design',
  ],
  ['NOTHING-SENT', 'Of a request that is refused for what it says nothing is sent on.'],
  ['BYTES', 'A request and its answer keep every byte but the id.', 'PROMISE design'],
  ['JSON', 'An answer that comes at once and alone is a JSON body.'],
  [
    'STREAM',
    'What comes late, or after events, comes on a stream without ids and without a first empty event.',
  ],
  ['LISTEN', '`subscriptions/listen` is a stream at once.'],
  [
    'STATUS',
    'Errors that HTTP has a status for have it: 404 for -32601, 400 for -32020, -32021 and -32022; all others 200.',
  ],
  [
    'ACCEPT',
    'Both types are to be accepted; who says nothing, or takes anything, gets JSON alone.',
    'PROMISE design',
  ],
  ['CANCEL', 'A client that goes away calls its request off, before and after the head of the answer.'],
  [
    'SLOW',
    'A reader that is too slow, in bytes or in time, is cut, and its request called off.',
    'PROMISE design',
  ],
  ['NOTIFICATION', 'A notification is 202 and goes nowhere; one that contradicts its head is 400.'],
  [
    'GUARDED',
    'Keys, projects, rates, forwarded headers, circles and origins count as on every other leg.',
    'PROMISE design',
  ],
  ['DRAINING', 'A gateway that shuts down takes no modern request: 503.', 'PROMISE design'],
  [
    'UNTAKEN',
    'Who does not take whole answers gets no further ones: what waits for one caller is bounded.',
    'PROMISE design',
  ],
  ['REVOKED', 'A key that is gone, or a server, ends the requests that were made with it.', 'PROMISE design'],
  [
    'CLIENT',
    'The modern client of the SDK, pinned or finding out, uses a modern server with all it has.',
    'FIELD @modelcontextprotocol/client 2.4.0',
  ],
  ['CORS', 'Pages may send what modern clients send.', 'PROMISE design'],
]);
