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
  ['PAUSE', 'A link that is paused holds its server up, and loses nothing.', 'PROMISE bounded'],
]);
