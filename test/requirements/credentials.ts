/** What the gateway shows to servers, in whose name. */
import { area } from './row.ts';

const PASSTHROUGH = 'MCP security best practices, "Token Passthrough"';

export const credentials = area('CRED', 'PROMISE no one else', [
  [
    'CALLER',
    'What a caller proves who it is with (Authorization, X-API-Key, Cookie, Proxy-Authorization, a ticket) reaches no server, by whichever transport it came and the server is reached, merged or alone.',
    PASSTHROUGH,
  ],
  ['NAMES', '`forwardHeaders` that name such a header are refused with a sentence.', PASSTHROUGH],
  [
    'PRINCIPAL',
    'A server may be shown a secret of each caller, in a header: the same server, links, lists and results are apart by caller.',
  ],
  [
    'MISSING',
    'A caller without a secret gets `missing_credentials`, the server hears nothing, no process is started, and others are served.',
    'PROMISE missing = error',
  ],
  ['NAMED', 'Nobody comes by the secret of another by the name of its key or its subject.'],
  ['ENV', 'A child process has the variables of the caller it was started for, and of nobody else.'],
  [
    'APART',
    'A server with credentials of each caller cannot be shared, is not started ahead, and is not asked for lists in nobody’s name.',
  ],
]);
