/** The shape of one entry of `mcpServers`: a program, a server inside the gateway, a server behind a URL. */
import { z } from 'zod';
import { serverLimits, toolLimits } from './schema-limits.ts';
import { auth, secrets } from './schema-auth.ts';
import { offered, offeredResources } from './schema-offer.ts';
import { checkArguments, readOnly } from './schema-policy.ts';
import { count, maybeCount } from './schema-amounts.ts';
import { idleTimeout, maxMemory, supervision } from './schema-supervision.ts';
import { dialectName, duration, texts, time } from './schema-values.ts';

const common = {
  description: z.string().optional().meta({ description: 'What the server is for; shown by `sluice list`.' }),
  disabled: z
    .boolean()
    .default(false)
    .meta({ description: 'Keeps the entry in the file without serving it; its variables need not be set.' }),
  requestTimeout: time().optional().meta({
    description:
      'How long a request may go without an answer or progress; by default `timeouts.request`. Number of milliseconds, or a text like "30s".',
  }),
  startTimeout: time().optional().meta({
    description:
      'How long the server may take from its start to its answer to `initialize`; by default `timeouts.start`.',
  }),
  era: z.enum(['auto', 'legacy', 'modern']).default('auto').meta({
    description:
      'Which words the server understands: those of 2026-07-28 (modern), those of the revisions before (legacy), or found out by asking it (auto). Over HTTP+SSE and WebSocket there is legacy alone.',
  }),
  probeTimeout: duration(
    '5s',
    'How long the server may take to say which revisions it speaks, once it runs; for `era` auto.',
  ),
  ...supervision,
  dialect: dialectName.optional().meta({
    description: 'How the streams of its own routes are spoken; by default `dialect`.',
  }),
  tools: offered('tools').optional(),
  prompts: offered('prompts').optional(),
  resources: offeredResources.optional(),
  limits: serverLimits,
  toolLimits,
  readOnly: readOnly.optional().meta({
    description:
      'Whether only its tools are offered that say of themselves that they change nothing (`readOnlyHint`); by default all.',
  }),
  checkArguments: checkArguments.optional().meta({
    description:
      'Whether the arguments of a call must fit the schema of its tool before it is sent; by default not.',
  }),
  cache: z
    .strictObject({
      lists: time().optional().meta({
        description:
          'How long lists of tools, resources and prompts are kept, unless the server says they changed.',
      }),
      reads: time().optional().meta({
        description: 'How long what was read of a resource is kept, unless the server says it was updated.',
      }),
      public: z.boolean().optional().meta({
        description:
          'Whether callers share what is kept; by default as the server says, else each has its own.',
      }),
    })
    .optional()
    .meta({
      description:
        'Which answers are kept for a while; by default what a server that is shared allows itself, else none.',
    }),
};

const sharing = z.enum(['session', 'principal', 'shared']).default('session').meta({
  description:
    'Who shares one server: each session has its own (session), all sessions of one caller share one (principal), or everybody does (shared). A shared server cannot ask back: no sampling, elicitation or roots.',
});

/** A child process that speaks MCP on its standard input and output. */
export const stdioEntry = z
  .strictObject({
    type: z.literal('stdio').optional().meta({ description: 'Inferred from `command`.' }),
    command: z
      .string()
      .min(1, { error: 'must name the program to start, like "npx"' })
      .meta({ description: 'The program to start; never run through a shell. May hold ${VAR}.' }),
    args: texts('Its arguments, one text each. May hold ${VAR}.'),
    env: z
      .record(
        z.string(),
        z.union([z.string(), z.number(), z.boolean()], {
          error: 'must be a text; write numbers and true or false in quotes',
        }),
      )
      .transform((env) =>
        Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)])),
      )
      .prefault({})
      .meta({
        description:
          "Its environment variables, beside a minimal set (PATH, HOME and the like): the gateway's own are not passed on. Values may hold ${VAR}.",
      }),
    envPerPrincipal: z.record(z.string(), secrets).optional().meta({
      description:
        'Variables whose values depend on the caller: for each the secrets by caller, as `secrets` of `auth`. A caller without one is refused; processes are never shared among callers.',
    }),
    cwd: z.string().min(1, { error: 'must name a folder, or be left out' }).optional().meta({
      description:
        'The folder to start it in; relative to the folder of this file. By default the folder the gateway was started in. May hold ${VAR}.',
    }),
    sharing,
    idleTimeout,
    warm: count(0, 100, 'How many processes to keep started for sessions to come.', 0),
    maxProcesses: count(32, 10_000, 'Most processes of this server at a time; more sessions get an error.'),
    maxMemory,
    ...common,
  })
  .meta({ id: 'program', title: 'A program on this machine (stdio)' });

/** A server that runs inside the gateway. */
export const builtinEntry = z
  .strictObject({
    type: z.literal('inprocess').optional().meta({ description: 'Inferred from `builtin`.' }),
    builtin: z.enum(['aare']).meta({
      description: 'Which of the built-in servers: "aare" tells the temperature and flow of Swiss rivers.',
    }),
    options: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'Options of the built-in server. Values may hold ${VAR}.' }),
    sharing,
    idleTimeout,
    ...common,
  })
  .meta({ id: 'builtin', title: 'A server inside the gateway' });

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/** A server behind a URL. */
export const remoteEntry = z
  .strictObject({
    type: z.enum(['http', 'streamable-http', 'sse', 'ws']).optional().meta({
      description:
        'How to talk to it: http and streamable-http are Streamable HTTP, sse is HTTP+SSE, ws is WebSocket. Inferred from the URL: ws:// and wss:// are ws, a path that ends in /sse is sse, everything else is http.',
    }),
    url: z.string().meta({ description: 'Its address. May hold ${VAR}.' }),
    headers: z
      .record(
        z.string().regex(HEADER_NAME, { error: 'must be named like a header, with letters, digits and "-"' }),
        z.string(),
      )
      .default({})
      .meta({ description: 'Headers to send with every request. Values may hold ${VAR}.' }),
    auth: auth.optional().meta({
      description:
        'What the gateway shows to the server beside `headers`: see [Credentials of servers](security.md#credentials-of-servers).',
    }),
    forwardHeaders: z
      .array(z.string().regex(HEADER_NAME, { error: 'must be the name of a header, like "X-Tenant"' }))
      .max(32)
      .default([])
      .meta({
        description:
          'Names of headers that are passed on from the caller, as they were when its session began; never those with which it proves who it is. Each session then has a link of its own.',
      }),
    sharing,
    idleTimeout,
    connectTimeout: duration('10s', 'How long a connection to it may take to be made.'),
    maxConnections: maybeCount(
      10_000,
      'Most connections to it at a time; by default 256, over WebSocket 1,000.',
    ),
    ...common,
  })
  .meta({ id: 'remote', title: 'A server behind a URL' });

/** The servers of a file or of a project, by name. */
export const servers = z.record(z.string(), z.union([stdioEntry, builtinEntry, remoteEntry]));
