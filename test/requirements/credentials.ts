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
    'OWN',
    'A server may be shown a token of the gateway: it is asked for once for all, and once more when the server refuses it.',
    'RFC 6749 section 4.4',
  ],
  [
    'EXCHANGE',
    'A server may be shown a token that is had for that of the caller: the caller’s own goes to the token endpoint and nowhere else.',
    'RFC 8693',
  ],
  ['NO-TOKEN', 'A token that cannot be had is `upstream_unauthorized`, with no details but in the log.'],
  ['REDIRECT', 'Neither tokens nor what they are had for follow a redirect to another origin.'],
  [
    'KEPT',
    'Tokens are kept until shortly before they run out, by caller, in bounds; who fails or refuses is not asked without end.',
    'PROMISE bounded',
  ],
  [
    'APART',
    'A server with credentials of each caller cannot be shared, is not started ahead, and is not asked for lists in nobody’s name.',
  ],
]);
