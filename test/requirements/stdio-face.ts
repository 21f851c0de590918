/** `sluice stdio`: the gateway as the stdio server of the client that starts it. */
import { area } from './row.ts';

export const stdioFace = area('STDFACE', 'MCP 2025-11-25 and 2026-07-28, transports, stdio; PROMISE README', [
  [
    'LINES',
    'One line is one message of JSON in either direction, and output holds nothing else, whoever writes.',
  ],
  [
    'BADLINE',
    'A line that is no message is answered with -32700 or -32600, under its id where that can be told, and what follows is served.',
  ],
  ['LONGLINE', 'A line longer than a message may be is refused under its id, and what follows is served.'],
  ['BATCH', 'Batches are taken in 2025-03-26 only.'],
  ['LENIENT', 'A client that calls without `initialize` is served; what is no request starts nothing.'],
  [
    'CLAIMS',
    'A modern request without a version that is spoken, or without capabilities, gets -32022 or -32602.',
  ],
  ['SAMEID', 'A modern request whose id is in flight is refused with -32600.'],
  [
    'CANCEL',
    '`notifications/cancelled` calls off the modern call of exactly that id, else what the session has of that id.',
  ],
  ['GONE', 'When its client goes away, the session ends and modern calls are called off at their servers.'],
  ['END', 'When its input ends, calls in flight are answered, and it ends with 0, its children with it.'],
  ['KILLED', 'When its client is killed, nothing that it started is left.'],
  ['SIGNAL', 'SIGTERM lets calls in flight finish; after the end of input it ends them.'],
  ['SLOW', 'A client that does not read ends it with a reason on stderr, and costs no memory without end.'],
  [
    'CLIENTS',
    'Stdio clients of every era list and call, follow progress, cancel, are asked and get large and many answers, whatever the server is.',
    'PROMISE README',
  ],
  ['PAUSE', 'While its client does not read, no server is read; nothing is lost when it reads again.'],
  ['TARGETS', 'A URL, a module, a program, a command and a configuration are served alike.'],
  [
    'WRONG',
    'What cannot be served is told in one sentence on stderr, with nothing on stdout and a code other than 0.',
  ],
  ['LAZY', 'No server is started before it is asked for something, and no more are than one client needs.'],
  ['QUIET', 'It logs to stderr what is wrong, and more when that is asked for.'],
]);
