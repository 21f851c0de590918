/** Servers behind the gateway: child processes, in process, and the Aare server. */
import { area } from './row.ts';

export const stdio = area('STDIO', 'PROMISE no orphans', [
  ['GROUP', 'A child leads a process group of its own, out of reach of the signals of our terminal.'],
  [
    'LADDER',
    'A child is ended by the end of its input, then SIGTERM, then SIGKILL, each after a grace.',
    'MCP base protocol, stdio',
  ],
  ['FAMILY', 'What a child started goes with it, also out of its group (Linux).'],
  ['WATCHDOG', 'No process is left after the gateway was killed with SIGKILL.'],
  ['SIGTERM', 'No process is left after the gateway was ended with SIGTERM.'],
  ['BYTES', 'Messages reach the child and come back byte for byte, one a line.', 'MCP base protocol, stdio'],
  [
    'STDERR',
    "A child's stderr goes to the log, line by line, with the server's name.",
    'MCP base protocol, stdio',
  ],
  ['EXIT', 'The end of a child is told with its exit code or signal and its last words.'],
  ['START', 'A command that cannot be run is told in one sentence with what to do.'],
  ['START-UNFIT', 'An entry that no operating system can pass on is refused before anything is started.'],
  ['BACKOFF', 'A child that dies again and again is started after growing waits; callers are told when.'],
  [
    'BACKOFF-CALLER',
    'A child that worked and then died makes only its own caller wait, unless it is shared.',
  ],
  [
    'BACKOFF-SHARED',
    'What brings a shared child down is charged to nobody: all wait alike, and for 5 s at most.',
  ],
  [
    'BAD-ANSWER',
    'An answer that is no proper message is an error for its caller at once, where its id can be told.',
  ],
  ['BATCH-BROKEN', 'One broken message of a batch does not harm the others.', 'MCP 2025-03-26'],
  ['LAST-ANSWER', 'What a child answered before it died is delivered, whatever rubbish came before.'],
  ['WARM', 'Spare processes are kept ready where that is set, within the cap.'],
  ['IDLE-FREE', 'A session that ends, or whose client goes while it starts, leaves no process.'],
]);

export const inprocess = area('INPROCESS', 'PROMISE any server', [
  ['SDK', 'Servers of both SDK generations are served, each link by a server of its own.'],
  ['HANDLER', 'Plain functions are served as a server.'],
  ['THROWS', 'What a server throws is an error for its caller; the next call works.'],
  ['START', 'A server that cannot be made, or not in time, is told without its inner reasons.'],
  ['CLOSE', 'A server is closed with its link, once.'],
  ['NOTES', 'What is told of a server is bounded by the second, however many links it has.'],
]);

export const aare = area('AARE', 'PROMISE the Aare server', [
  ['TOOLS', 'Seven tools, with schemas and structured content that fits them.'],
  ['RESOURCES', 'Two resources and two templates, as the API tells them.'],
  ['CACHE', 'Each city is asked for once in two minutes, whoever asks.'],
  ['COALESCE', 'Equal requests at the same time are one.'],
  ['POOL', 'Connections to the API are kept and few.'],
  [
    'DEGRADED',
    'While the API is away a remembered value is served with its age; without one the tool says what to do.',
  ],
  ['HONEST', 'Nothing unknown is shown as a value: null is never safe, warm or rising.'],
  ['CLIENTS', 'Clients of every SDK generation can use it.'],
  ['INPUT', 'Unknown cities and wrong times are refused with what is allowed.'],
]);
