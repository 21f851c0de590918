/** Modern servers at the carriers, and finding out which words a server understands. */
import { area } from './row.ts';

export const farEras = area('FARERA', 'MCP 2026-07-28, Streamable HTTP', [
  ['POST', 'Each modern message is one POST; its headers repeat what of it the revision wants to see there.'],
  ['TASK', 'Requests about a task name it in `Mcp-Name`.', 'SEP-2663'],
  ['PARAMS', 'Headers of arguments go on as they are to be sent; what no header can carry is left out.'],
  [
    'STREAM',
    'What comes before the answer is told as part of its request; nothing is asked for beside POSTs.',
  ],
  ['ERROR', 'An error status with a JSON-RPC error is the answer of its request.'],
  ['REFUSED', 'An error status without one is a clear fault of that request, and the link goes on.'],
  [
    'CANCEL',
    'To call a request off its connection is cut at once, and nothing is posted.',
    'MCP 2026-07-28, cancellation',
  ],
  ['CUT', 'A request whose stream is cut has failed: it is not taken up again.'],
  ['LISTEN', 'A request that listens may stay silent for ever, and takes none of the last places.'],
  ['OWN', 'What the gateway itself asks of a modern server says who asks.', 'MCP 2026-07-28, base protocol'],
  ['PAUSE', 'A link that is paused holds its server up, and loses nothing.', 'PROMISE bounded'],
]);

export const inprocessEras = area('INERA', 'MCP 2026-07-28, versioning', [
  ['TABLE', 'Functions answer modern requests, too; what every modern result must say is added.'],
  ['VERSION', 'A request in a revision that is not spoken is refused with those that are.'],
  ['CLIENT', 'Functions are told what the client says of itself, in either era.'],
  ['SDK', 'A server of the modern SDK serves both eras over the entry of its SDK.', 'PROMISE any server'],
  ['FETCH', 'A function of the shape of `fetch` is a server, in both eras.', 'PROMISE any server'],
]);

/** Not of one carrier. */
const FINDING = 'MCP 2026-07-28, versioning';

export const findingEras = area('FINDERA', FINDING, [
  [
    'ASK',
    'A server whose words are not known is asked once, on a link of its own, for all who want to know.',
  ],
  ['MODERN', 'A discovery, or an error for an unknown revision, that lists 2026-07-28 means modern words.'],
  ['LEGACY', 'Any other answer, a refusal, or the end of the process means legacy words.'],
  [
    'SILENT',
    'Silence means legacy words over stdio, once the time for it is over; over HTTP it means nothing.',
  ],
  ['OUTAGE', 'A server that cannot be reached, refuses a key or is out of order says nothing of its words.'],
  ['TIME', 'What was found holds for a time, and then is found out anew.', 'PROMISE bounded'],
  [
    'CALLER',
    'Callers whom a server can tell apart by their headers are told apart; of others one answer serves all.',
  ],
  ['MANY', 'What is remembered of callers is bounded; the oldest goes.', 'PROMISE bounded'],
  [
    'AGAIN',
    'A server that contradicts what was found is asked again, and its call is served as it now speaks.',
  ],
  ['TWICE', 'A call that may have run is not served again.', 'PROMISE nothing runs twice'],
  ['STDIO', 'Programs of any kind are told apart, and none is charged with how it took the question.'],
  ['HTTP', 'So are servers over HTTP, and what stands in front of them.'],
  ['INPROCESS', 'So are servers in the same process.'],
  [
    'RESTART',
    'A server that comes back with other words is found to, and `/health` shows it, with the time.',
  ],
  ['RULE', 'What an entry says of its server is not asked.'],
  ['ROOM', 'Where no process is to be had for the question, legacy words that are known to do have to do.'],
]);
