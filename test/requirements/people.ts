/** What people meet: configuration, commands, the library, the house. */
import { area } from './row.ts';

export const config = area('CONFIG', 'PROMISE configuration', [
  ['SERVERS', '`mcpServers` of a `sluice.json` or `.mcp.json`, with comments, is read.'],
  ['SCHEMA', 'The schema for editors is published, up to date, and agrees with the reader.'],
  ['VARIABLES', '`${VAR}` and `${VAR:-default}` are filled in where they are allowed.'],
  ['UNSET', 'A variable that is not set is an error that names file, line and the fix.'],
  ['ERRORS', 'An error names file, line, column and the fix; all are told at once.'],
  ['SHOWN-UNITS', 'Times and sizes are shown with their unit.'],
  ['ORDER', 'Flag before environment before file before default; each value knows where it came from.'],
  [
    'REMOTE',
    'A server behind a URL is told by its address or type; one that cannot be used is told with the fix.',
  ],
  [
    'DOCUMENTS',
    'Variables that documents of older systems name give the settings they mean; unset they change nothing.',
  ],
  [
    'OFFER',
    'What of a server is shown is told by patterns, other names and descriptions; a name stands once.',
  ],
  ['SWEEP', 'Sessions whose time is over are looked for as often as is wished.'],
  ['RELOAD', 'A changed file is taken over; a broken one keeps what is in force.'],
  ['RELOAD-SESSIONS', 'A reload drops no session of a server that did not change.'],
  ['LINKED', 'A file that is a link is followed where it leads.'],
  ['RELOAD-AT-ONCE', 'A reload revokes keys and serves anew at once, however slowly old processes end.'],
  ['RELOAD-CHANGED', 'A server that changed or went is ended with its sessions; a new one is served.'],
]);

export const cli = area('CLI', 'PROMISE commands', [
  ['SERVE', '`serve` serves both transports and prints what to paste into a client.'],
  ['SSE-OFF', 'Where HTTP+SSE is switched off, none of its addresses is printed.', 'PROMISE honest'],
  ['ROUTES', '`serve` prints every route, of servers, roots and projects, with a line to paste.'],
  ['ONE-LINER', '`-- command args…` serves one command without a file, behind a key that is made for it.'],
  ['CALL', '`call` calls a tool with arguments typed by its schema, and prints the result alone.'],
  ['REMOTE', '`list` and `call` reach servers behind URLs, over every transport, by name and by address.'],
  ['PROJECT', '`list` and `call` reach the servers of projects.'],
  ['CALL-PROGRESS', '`call` shows progress: a bar on a terminal, lines elsewhere.'],
  ['CALL-CANCEL', 'Ctrl-C cancels the call upstream.'],
  ['LIST', '`list` shows what servers offer, and which do not work.'],
  ['CONFIG', '`config` shows each value with its source, and no secrets.'],
  ['EXIT', 'Exit codes: 0 ok, 1 usage, 3 auth, 4 unreachable, 5 tool error.'],
  ['STREAMS', 'The result goes to stdout, the talk to stderr.'],
  [
    'START-ERRORS',
    'A port that is taken, a broken file or a missing command is one sentence, never a stack trace.',
    'PROMISE honest',
  ],
  [
    'SIGTERM',
    'The first signal drains and ends with 0; the second ends at once; one during the start works.',
    'PROMISE drains',
  ],
]);

export const entries = [
  ...area('ENTRY', 'PROMISE library', [
    ['ROOT-NEUTRAL', 'The built root entry reaches no `node:` module.'],
    ['ROOT-FETCH', 'The root entry answers a Request with a Response on its own.'],
    ['TYPES', 'The published types compile under strict settings, without skipping libraries.'],
  ]),
  ...area('LIBRARY', 'PROMISE library', [
    ['MOUNT', 'An Express, Fastify or Hono app mounts the gateway in a few lines.'],
    [
      'FETCH',
      'A real client is served by the fetch-style handler alone, with everything that a socket gives it.',
    ],
    ['OPTIONS', 'Options that cannot be used are told at once, in one sentence with what to do.'],
    ['BASE-PATH', 'Mounted under a path, endpoints that clients are told keep that path.'],
    ['BODY-READ', 'Behind a body parser it says what is wrong and what to do.'],
    ['ABORTED', 'A Request that was given up already opens no session.'],
  ]),
  ...area('HOUSE', 'PROMISE the house', [
    [
      'REGEXES',
      'No regular expression takes more than linear time, but for three files, which give theirs little.',
    ],
    [
      'ATTACKS',
      'Every attack of the threat model is described, proven, and its defences are where they are said to be.',
    ],
    ['IMPORTS', 'The linter refuses imports against the direction of the rooms.'],
    ['PROOFS', 'Every requirement has a proof, every proof a requirement, and no test is skipped.'],
  ]),
  ...area('HOUSE', 'PROMISE honest', [['VERSION', 'The version told to peers is that of the package.']]),
  ...area('DEMO', 'PROMISE two commands', [
    ['INSPECTOR', 'The Inspector lists tools of the demo over both transports.'],
    ['WATCH', '`sluice console`, `top` and `inspect` find the demo in the folder that it was started in.'],
    [
      'LOCK',
      'The lockfile names every package that one may need, on every platform: `npm ci` installs from it.',
    ],
  ]),
];

export const protocol = [
  ...area('JSON', 'RFC 8259', [
    ['CORPUS', 'The public corpus of JSON parsing cases is taken or refused as it says.'],
    ['GRAMMAR', 'JSON is taken and refused as `JSON.parse` does it, by hand and by chance.'],
    ['LINEAR', 'Reading takes linear time, whatever the text.', 'PROMISE bounded'],
  ]),
  ...area('MESSAGE', 'JSON-RPC 2.0', [
    ['KINDS', 'Requests, notifications, answers and errors are told apart; anything else is refused.'],
    [
      'DOUBLED',
      'A member written twice is refused, names compared after decoding.',
      'PROMISE safe by default',
    ],
    ['NAMES', 'Names of members and methods are taken exactly.'],
    ['SPLICE', 'Rewriting replaces the values it means and keeps every other byte.', 'PROMISE one answer'],
    [
      'WHOLE',
      'What was passed over in an answer can be checked in full before it is kept.',
      'PROMISE safe by default',
    ],
    ['ERRORS', 'Every error has a number of JSON-RPC, a stable word and what to do.'],
    ['METHODS', 'The table of methods has what the revisions have.', 'MCP 2024-11-05 … 2025-11-25, schema'],
  ]),
  ...area('LONG', 'PROMISE one answer', [
    [
      'PIECES',
      'A long answer that is read in the pieces it came in says the same as one that is read whole.',
    ],
  ]),
  ...area('CODEC', 'WHATWG HTML, server-sent events', [
    ['SSE', 'An event is read back as it was written, by a reader of the standard.'],
    ['LINES', 'Lines are cut at any chunking, and overlong ones are told once.', 'MCP base protocol, stdio'],
    ['UTF8', 'UTF-8 is judged as the platform judges it.', 'RFC 3629'],
  ]),
];
