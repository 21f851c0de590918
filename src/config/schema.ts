/**
 * The shape of `sluice.json`: the single source of the checks, the defaults and the schema for editors.
 *
 * A message that begins with "must" is our own and is shown as it stands; see `explain.ts` for the others.
 */
import { z } from 'zod';
import { admin } from './schema-admin.ts';
import { audit } from './schema-audit.ts';
import { traces } from './schema-traces.ts';
import { cluster } from './schema-cluster.ts';
import { servers } from './schema-entries.ts';
import { oauth } from './schema-oauth.ts';
import { policy } from './schema-policy.ts';
import { rates } from './schema-limits.ts';
import { overload } from './schema-overload.ts';
import { held } from './schema-held.ts';
import { metrics } from './schema-metrics.ts';
import { merge, projects } from './schema-projects.ts';
import { allowedAddresses, tls, trustedProxies } from './schema-where.ts';
import { count, maybeCount, size } from './schema-amounts.ts';
import { apiKey, dialectName, duration, stateKey, time } from './schema-values.ts';

const HOST = /^(\*|[\w.-]+(:\d{1,5})?|\[[0-9a-fA-F:.]+\](:\d{1,5})?)$/;
const ORIGIN = /^(\*|[a-zA-Z][\w+.-]*:\/\/[^\s/?#@]+\/?)$/;

export const limits = z.strictObject({
  bodyBytes: size('4MiB', 'Bytes of one HTTP request body, and of one message of a client.'),
  depth: count(128, 1_000, 'Nested arrays and objects in one message.'),
  elements: count(200_000, 10_000_000, 'Members and elements of one message.'),
  batch: count(100, 10_000, 'Messages in one batch (protocol revision 2025-03-26).'),
  ...held,
  callsPerMinute: maybeCount(
    1_000_000,
    'Requests of one caller (one key) within a minute; by default as many as it likes. Environment: RATE_LIMIT_PER_MINUTE.',
  ),
  burst: maybeCount(
    1_000_000,
    'How many requests of a minute may come at once; by default all. Environment: RATE_LIMIT_BURST.',
  ),
  rates,
  overload,
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
  park: duration('5m', 'How long a call whose server has asked waits for its client (2026-07-28).'),
  idempotency: duration('10m', 'How long an answer is kept under its idempotency key (2026-07-28).'),
  sessionIdle: duration('30m', 'A session without a stream or a request for so long is closed.'),
  sseIdle: time().optional().meta({
    description:
      'A session of HTTP+SSE without a request for so long is closed, though its stream is open; by default none is. Environment: SSE_SESSION_TIMEOUT_SECONDS, in seconds.',
  }),
  sweep: time().optional().meta({
    description:
      'How often sessions whose time is over are looked for; by default each is closed at its time. Environment: SSE_CLEANUP_INTERVAL_SECONDS, in seconds.',
  }),
  statelessIdle: duration('1m', 'The same for what serves clients that never name a session.'),
  heartbeat: duration(
    '15s',
    'Between two heartbeats on an open stream. Environment: SSE_HEARTBEAT_INTERVAL, in milliseconds.',
  ),
  stall: duration('1m', 'A reader that takes nothing for so long while bytes wait for it is cut off.'),
  retry: duration('1s', 'How soon clients are told to come back after a stream ended.'),
  streamAge: time().optional().meta({
    description:
      'A stream that can be taken up again is ended before it is open for so long, for its client to come back; by default none is. A little less than what a proxy allows in all makes that invisible.',
  }),
  sseAge: time().optional().meta({
    description:
      'The same for streams of HTTP+SSE and WebSockets, with which their sessions end, once no call is in flight.',
  }),
  drainDelay: time(0).optional().meta({
    description:
      'How long a gateway that was told to stop goes on with its sessions before it ends their streams, for balancers to notice that it is not ready; by default 5 s where several gateways share a Redis, else not at all.',
  }),
  drain: duration('10s', 'How long calls in flight may take to finish when the gateway stops, after that.'),
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

export const state = z.strictObject({
  keys: z.array(stateKey).default([]).meta({
    description:
      'The first seals, all open: to rotate, put a new one first and take the old one out when no call waits on it any more. By default a random one, as long as the process lives.',
  }),
});

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
        'Origins of web pages that may call the gateway, beside loopback and that of publicUrl; "*" allows any. Environment: ALLOWED_ORIGINS or CORS_ORIGINS.',
    }),
  trustedProxies,
  allowedAddresses,
  tls: tls.prefault({}).meta({
    description:
      'Certificates, in files: with them the gateway speaks https and wss, and nothing in the clear.',
  }),
  apiKeys: z.array(apiKey).prefault([]).meta({
    description:
      'Keys that callers may show as `Authorization: Bearer …` or `X-API-Key: …`. Environment: API_KEYS, separated by commas.',
  }),
  apiKeyRequired: z.boolean().optional().meta({
    description:
      'Whether a key is required; by default it is as soon as there are keys. Cannot be switched off on an address wider than loopback. Environment: API_KEY_REQUIRED.',
  }),
  oauth: oauth.optional(),
  dataDir: z.string().min(1, { error: 'must name a folder, like ".sluice"' }).default('.sluice').meta({
    description:
      'The folder of what the gateway keeps (keys that were added, the audit trail), seen from the folder of the file; made when there is something to keep. Environment: SLUICE_DATA_DIR.',
  }),
  policy: policy.optional().meta({
    description:
      'What everybody may use, callers of projects included; beside it each project and each key may have one of its own.',
  }),
  default: z.string().optional().meta({
    description:
      'The server that answers at the root (/sse, /mcp); by default the only one, or all of them merged where there are more.',
  }),
  merge,
  dialect: dialectName.default('superset').meta({
    description:
      'How legacy streams are spoken: "superset" serves standard clients and most others at once, the rest are the ways of single systems.',
  }),
  sse: z.boolean().default(true).meta({
    description:
      'Whether legacy streams (/sse, /messages) are served at all; where not, they are 404. Environment: SSE_ENABLED.',
  }),
  state: state.prefault({}).meta({
    description:
      'What seals the state that clients of 2026-07-28 keep for the gateway while they answer questions. Gateways that serve the same clients need the same keys.',
  }),
  cluster: cluster.prefault({}).meta({
    description: 'The Redis that several gateways share, so that each of them serves every client.',
  }),
  admin: admin
    .prefault({})
    .meta({ description: 'The console and the admin API: who may see and change what runs.' }),
  audit: audit.prefault({}).meta({ description: 'Who called what, when, and with what outcome, in a file.' }),
  traces: traces
    .prefault({})
    .meta({ description: 'Requests as spans of OpenTelemetry, sent over OTLP/HTTP.' }),
  limits: limits.prefault({}).meta({ description: 'Caps. Sizes are bytes, or texts like "4MiB".' }),
  timeouts: timeouts.prefault({}).meta({
    description: 'Waits. Numbers are milliseconds; texts are like "30s" or "5m".',
  }),
  metrics: metrics
    .prefault({})
    .meta({ description: 'What is counted, who may read it, and where it is sent.' }),
  log: log.prefault({}).meta({ description: 'What is logged, and how.' }),
});

/** The whole file, as editors see it. */
export const fileSchema = settings
  .extend({
    $schema: z.string().optional().meta({ description: 'Where editors find this schema.' }),
    mcpServers: servers.optional().meta({ description: 'The servers, by name.' }),
    servers: servers.optional().meta({ description: 'The same as `mcpServers`, as VS Code calls it.' }),
    projects: projects.optional(),
  })
  .meta({ title: 'Sluice', description: 'Configuration of the Sluice MCP gateway.' });

/** The JSON Schema (draft 2020-12) that is published for editors. */
export function publishedSchema(): Record<string, unknown> {
  return z.toJSONSchema(fileSchema, { io: 'input' });
}
