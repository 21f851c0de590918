/** Who may call, from where, and what must never get out. */
import { area } from './row.ts';

export const security = area('SEC', 'PROMISE safe by default', [
  [
    'HOST',
    'On loopback a `Host` that is not of this machine is 403 unless it is listed.',
    'MCP transports, security',
  ],
  [
    'ORIGIN',
    'A foreign `Origin`, `null` and look-alikes are 403; local ones and none are served.',
    'MCP transports, security',
  ],
  ['CORS', 'An allowed origin is named in the answer; there is no wildcard.', 'WHATWG Fetch'],
  ['CONTENT-TYPE', 'What a page can send without asking (form, plain text) is refused with 415.'],
  [
    'KEY',
    'Where keys are set, every route but the public ones answers 401 with `WWW-Authenticate` without one.',
  ],
  ['KEY-FORMS', 'A key is taken as `Authorization: Bearer` and as `X-API-Key`, and never from a URL.'],
  ['KEY-HASH', 'A key may be configured by its SHA-256.'],
  ['HEALTH-STRANGER', 'Strangers learn the state from `/health` and nothing of servers and sessions.'],
  [
    'BIND',
    'The gateway binds to loopback, and refuses to start on a wider address without keys, saying what to do.',
  ],
  ['ENV', "A child gets a few harmless variables and what its entry names, never the gateway's own."],
  ['NO-SHELL', 'A command is never run through a shell.'],
  ['LOG-SECRETS', 'Planted secrets are in no line of the log, nor in what `config` prints.'],
  [
    'LOG-REFUSED',
    'The log tells which host, origin or path was refused, and that a key was missing or wrong, never the key.',
  ],
  ['LOG-FORGERY', 'Nothing in a message can forge a line of the log.'],
  [
    'CHILD-SECRETS',
    'What a child says is told, logged and shown without the secrets of its `env` and `args`, and without passwords of addresses.',
  ],
  ['NO-DETAILS', 'What breaks inside is told outward by its code alone: no stack trace, no path.'],
  ['FRAMES', 'Line breaks in a message cannot make an event or a line of their own, on either side.'],
  [
    'SMUGGLING',
    'Requests with broken or doubled framing are refused, and nothing behind them is served.',
    'RFC 9112 section 11',
  ],
  [
    'DIFFERENTIAL',
    'What is forwarded is what was checked: doubled members, other spellings and bad UTF-8 are refused.',
  ],
  ['EMPTY-KEYS', 'An empty list of keys is an error, not an open door.'],
  ['LOG-SAFE', 'Whatever text reaches the log, no line breaks and nothing stops.'],
  [
    'KEY-IDENTITY',
    'A principal is its key: a name or place that passes to another key takes no session along.',
  ],
]);

export const badInput = area('BAD', 'PROMISE bad input', [
  ['JSON', 'Malformed JSON is -32700 with 400, or on the stream.'],
  ['UTF8', 'Bytes that are not UTF-8 are refused, not replaced.'],
  ['DOUBLED', 'A member that is written twice is refused, and the id is told.'],
  ['REQUEST', 'JSON that is no JSON-RPC message is -32600.'],
  ['KIND', 'A request named like a notification is -32600; a notification named like a request is dropped.'],
  ['CONTENT-TYPE', 'A wrong content type is 415.'],
  ['METHOD', 'An unknown method is -32601.'],
  ['TOOL', 'An unknown tool and wrong params come back as the server says it.'],
  ['HEADERS', 'Garbage in headers is answered with the documented status.'],
  ['SENTENCE', 'Every refusal has a number, a stable word, one sentence, and what to do.'],
  ['GENERATED', '10,000 generated bad inputs: no crash, no hang, no cross-talk, memory back to its level.'],
  ['OTHERS', 'While one client sends rubbish the others notice nothing.'],
  ['CHILD-RUBBISH', 'A child that writes rubbish is an error for nobody; its proper answers count.'],
  ['CHILD-FLOOD', 'A child that floods does not hold others up.'],
  ['CHILD-START', 'A child that cannot start, hangs or ends at once is an error for its own callers only.'],
]);
