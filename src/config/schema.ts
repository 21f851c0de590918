/**
 * The shape of `sluice.json`: the single source of the checks, the defaults and the schema for editors.
 *
 * A message that begins with "must" is our own and is shown as it stands; see `explain.ts` for the others.
 */
import { z } from 'zod';
import { DURATION, LONGEST_MS, parseDuration, parseSize, SIZE } from './units.ts';

const LARGEST_SIZE = 1024 ** 4;
const HOST = /^(\*|[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?)$/;
const ORIGIN = /^(\*|[a-zA-Z][\w+.-]*:\/\/[^\s/?#@]+\/?)$/;

function duration(fallback: string, description: string) {
  return time().prefault(fallback).meta({ description });
}

function time() {
  const error = 'must be a time from 1 ms to 24 days, like 30000 (milliseconds), "30s" or "5m"';
  return z
    .union(
      [
        z.int({ error }).min(1, { error }).max(LONGEST_MS, { error }),
        z.string({ error }).regex(DURATION, { error }),
      ],
      { error },
    )
    .transform((value, context) => {
      const ms = parseDuration(value);
      if (ms !== undefined && ms >= 1 && ms <= LONGEST_MS) return ms;
      context.issues.push({ code: 'custom', message: error, input: value });
      return z.NEVER;
    });
}

function size(fallback: string, description: string) {
  const error = 'must be a size of at least 1 byte, like 4194304 (bytes), "512KiB" or "4MiB"';
  return z
    .union(
      [
        z.int({ error }).min(1, { error }).max(LARGEST_SIZE, { error }),
        z.string({ error }).regex(SIZE, { error }),
      ],
      { error },
    )
    .transform((value, context) => {
      const bytes = parseSize(value);
      if (bytes !== undefined && bytes >= 1 && bytes <= LARGEST_SIZE) return bytes;
      context.issues.push({ code: 'custom', message: error, input: value });
      return z.NEVER;
    })
    .prefault(fallback)
    .meta({ description });
}

function count(fallback: number, most: number, description: string, least = 1) {
  return z.int().min(least).max(most).default(fallback).meta({ description });
}

const texts = (description: string) => z.array(z.string()).default([]).meta({ description });

// ------------------------------------------------------------------------------------- entries of servers

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
    cwd: z.string().min(1, { error: 'must name a folder, or be left out' }).optional().meta({
      description:
        'The folder to start it in; relative to the folder of this file. By default the folder the gateway was started in. May hold ${VAR}.',
    }),
    sharing,
    warm: count(0, 100, 'How many processes to keep started for sessions to come.', 0),
    maxProcesses: count(32, 10_000, 'Most processes of this server at a time; more sessions get an error.'),
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
    ...common,
  })
  .meta({ id: 'builtin', title: 'A server inside the gateway' });

/** A server behind a URL. */
export const remoteEntry = z
  .strictObject({
    type: z.enum(['http', 'streamable-http', 'sse']).optional().meta({
      description:
        'How to talk to it: http and streamable-http are Streamable HTTP. Inferred from the URL: a path that ends in /sse is sse, everything else is http.',
    }),
    url: z.string().meta({ description: 'Its address. May hold ${VAR}.' }),
    headers: z
      .record(z.string(), z.string())
      .default({})
      .meta({ description: 'Headers to send with every request. Values may hold ${VAR}.' }),
    ...common,
  })
  .meta({
    id: 'remote',
    title: 'A server behind a URL',
    description:
      'Used by `sluice call` and `sluice list`. Serving it through the gateway is not supported by this version: `sluice serve` wants it to be disabled.',
  });

// ------------------------------------------------------------------------------------------- the settings

export const limits = z.strictObject({
  bodyBytes: size('4MiB', 'Bytes of one HTTP request body, and of one message of a client.'),
  depth: count(128, 1_000, 'Nested arrays and objects in one message.'),
  elements: count(200_000, 10_000_000, 'Members and elements of one message.'),
  batch: count(100, 10_000, 'Messages in one batch (protocol revision 2025-03-26).'),
  sessions: count(10_000, 1_000_000, 'Open sessions.'),
  sessionsPerPrincipal: count(10_000, 1_000_000, 'Open sessions of one caller (one key).'),
  exchangesPerSession: count(1_000, 100_000, 'Requests in flight in one session, either way.'),
  streamsPerSession: count(1_000, 100_000, 'Streams kept for resumption in one session.'),
  subscriptionsPerSession: count(1_000, 100_000, 'Resources one session may subscribe to.'),
  queuedBytes: size('8MiB', 'Bytes that wait for one slow reader before it is cut off.'),
  upstreamQueuedBytes: size('32MiB', 'Bytes that wait for one server before new calls are refused.'),
  logEvents: count(1_000, 1_000_000, 'Events kept for resumption, for each stream.'),
  logBytes: size('8MiB', 'Bytes of events kept for resumption, for each stream.'),
  logTotalBytes: size('256MiB', 'Bytes of events kept for resumption, in all.'),
});

export const timeouts = z.strictObject({
  headers: duration('10s', 'How long a client may take to send the head of a request.'),
  body: duration('30s', 'How long a client may take to send a request body.'),
  request: duration('5m', 'How long a request may go without an answer or progress.'),
  start: duration('30s', 'How long a server may take from its start to its answer to `initialize`.'),
  sessionIdle: duration('30m', 'A session without a stream or a request for so long is closed.'),
  statelessIdle: duration('1m', 'The same for what serves clients that never name a session.'),
  heartbeat: duration('15s', 'Between two heartbeats on an open stream.'),
  stall: duration('1m', 'A reader that takes nothing for so long while bytes wait for it is cut off.'),
  retry: duration('1s', 'How soon clients are told to come back after a stream ended.'),
  drain: duration('10s', 'How long calls in flight may take to finish when the gateway stops.'),
});

export const log = z.strictObject({
  level: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info')
    .meta({ description: 'How much is logged (to standard error). Environment: LOG_LEVEL.' }),
  format: z.enum(['auto', 'json', 'text']).default('auto').meta({
    description:
      'One JSON object a line, or plain text; auto is text on a terminal, else JSON. Environment: LOG_FORMAT.',
  }),
});

const apiKey = z.union(
  [
    z.string(),
    z.strictObject({
      name: z.string().min(1).max(64).meta({ description: 'Who has the key; shown in logs.' }),
      key: z.string().meta({ description: 'The key, best as ${VAR}, or "sha256:" and its SHA-256 in hex.' }),
    }),
  ],
  { error: 'must be a text, or an object { "name": …, "key": … }' },
);

/** The settings beside the servers. */
export const settings = z.strictObject({
  host: z
    .string()
    .min(1, { error: 'must name the address to listen on, like "127.0.0.1"' })
    .default('127.0.0.1')
    .meta({
      description:
        'The address to listen on. Anything wider than loopback needs API keys. Environment: HOST.',
    }),
  port: z
    .int()
    .min(0)
    .max(65_535)
    .default(8808)
    .meta({ description: 'The port to listen on; 0 takes any free one. Environment: PORT.' }),
  publicUrl: z.string().optional().meta({
    description:
      'The address under which clients reach the gateway, where it stands behind a proxy, like "https://mcp.example.com". Environment: PUBLIC_URL.',
  }),
  allowedHosts: z
    .array(
      z
        .string()
        .regex(HOST, { error: 'must be a host name like "mcp.example.com", with or without a port, or "*"' }),
    )
    .default([])
    .meta({
      description:
        'Host names that clients may use, beside loopback and that of publicUrl (guards against DNS rebinding); "*" allows any. Environment: ALLOWED_HOSTS.',
    }),
  allowedOrigins: z
    .array(z.string().regex(ORIGIN, { error: 'must be an origin like "https://app.example.com", or "*"' }))
    .default([])
    .meta({
      description:
        'Origins of web pages that may call the gateway, beside loopback and that of publicUrl; "*" allows any. Environment: ALLOWED_ORIGINS.',
    }),
  apiKeys: z.array(apiKey).default([]).meta({
    description:
      'Keys that callers may show as `Authorization: Bearer …` or `X-API-Key: …`. Environment: API_KEYS, separated by commas.',
  }),
  apiKeyRequired: z.boolean().optional().meta({
    description:
      'Whether a key is required; by default it is as soon as there are keys. Cannot be switched off on an address wider than loopback. Environment: API_KEY_REQUIRED.',
  }),
  default: z.string().optional().meta({
    description: 'The server that answers at the root (/sse, /mcp); by default the first.',
  }),
  limits: limits.prefault({}).meta({ description: 'Caps. Sizes are bytes, or texts like "4MiB".' }),
  timeouts: timeouts.prefault({}).meta({
    description: 'Waits. Numbers are milliseconds; texts are like "30s" or "5m".',
  }),
  log: log.prefault({}).meta({ description: 'What is logged, and how.' }),
});

const servers = z.record(z.string(), z.union([stdioEntry, builtinEntry, remoteEntry]));

/** The whole file, as editors see it. */
export const fileSchema = settings
  .extend({
    $schema: z.string().optional().meta({ description: 'Where editors find this schema.' }),
    mcpServers: servers.optional().meta({ description: 'The servers, by name.' }),
    servers: servers.optional().meta({ description: 'The same as `mcpServers`, as VS Code calls it.' }),
  })
  .meta({ title: 'Sluice', description: 'Configuration of the Sluice MCP gateway.' });

/** The JSON Schema (draft 2020-12) that is published for editors. */
export function publishedSchema(): Record<string, unknown> {
  return z.toJSONSchema(fileSchema, { io: 'input' });
}
