/**
 * What is counted as it happens, as data. Nothing is counted that is not here, and the table in docs/watching.md is made
 * from it.
 *
 * Source of names with `mcp.`: OpenTelemetry semantic conventions, gen-ai/mcp; those of `messages_received`,
 * `request_duration` and `sse_connections_active` are known from gateways that people come from.
 */
import { counter, durations } from './instrument.ts';

/** Those of the conventions for MCP, and three below for what is answered at once. */
const OPERATION = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const REQUEST = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const SESSION = [0.1, 1, 5, 10, 30, 60, 300, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

export const COUNTED = {
  messages: counter(
    'messages_received',
    '{message}',
    ['method'],
    'Messages of clients, by method. Answers to questions of servers are "response", methods that MCP does not have "other".',
  ),
  requests: durations(
    'request_duration',
    REQUEST,
    ['endpoint'],
    'Time until a request over HTTP was answered, by the route it came to; with a stream, until that began.',
  ),
  responses: counter(
    'sluice.http.responses',
    '{response}',
    ['endpoint', 'status'],
    'Requests over HTTP that were answered, by route and status.',
  ),
  operations: durations(
    'mcp.server.operation.duration',
    OPERATION,
    ['mcp.method.name', 'error.type', 'network.transport', 'mcp.protocol.version', 'gen_ai.tool.name'],
    'Time from a request of a client to its answer, its server included. "error.type" is there where it failed: a word of the gateway, "tool_error", or the number that the server gave.',
  ),
  upstreamOperations: durations(
    'mcp.client.operation.duration',
    OPERATION,
    ['mcp.method.name', 'error.type', 'network.transport', 'server'],
    'Time from sending a request on to a server until it was over: what the gateway, as its client, saw of that server.',
  ),
  sessionDurations: durations(
    'mcp.server.session.duration',
    SESSION,
    ['network.transport'],
    'How long sessions of clients were open, told when they end.',
  ),
  calls: counter(
    'sluice.calls',
    '{call}',
    ['server', 'project', 'dialect', 'era', 'outcome'],
    'Requests of clients that are over, by the server that had them. The outcome is "ok", "error" (of the server), "tool_error", "cancelled", "asked", "repeated", or a word of the gateway.',
  ),
  callBytes: counter(
    'sluice.call',
    'By',
    ['direction'],
    'Bytes of requests of clients ("in") and of their answers ("out").',
  ),
  sessionsOpened: counter('sluice.sessions.opened', '{session}', ['dialect'], 'Sessions that were opened.'),
  sessionsClosed: counter('sluice.sessions.closed', '{session}', ['reason'], 'Sessions that ended.'),
  streamsOpened: counter(
    'sluice.streams.opened',
    '{stream}',
    ['dialect', 'resumed'],
    'Streams that clients opened, or took up again ("resumed").',
  ),
  streamsClosed: counter(
    'sluice.streams.closed',
    '{stream}',
    ['reason'],
    'Streams that ended; "slow" is a reader that was cut off.',
  ),
  linksOpened: counter(
    'sluice.upstream.links.opened',
    '{link}',
    ['server'],
    'Links to servers that were opened and initialised.',
  ),
  linksClosed: counter(
    'sluice.upstream.links.closed',
    '{link}',
    ['server', 'reason'],
    'Links to servers that ended; "closed" is an end in good order.',
  ),
  limited: counter(
    'sluice.limited',
    '{refusal}',
    ['code'],
    'What was refused for a limit, by the word of the error: "rate_limited", "too_many_sessions", "overloaded" and the like.',
  ),
  refusals: counter(
    'sluice.refusals',
    '{refusal}',
    ['code'],
    'Messages, lines and requests that were refused or dropped; the log has the sentences.',
  ),
  carried: counter(
    'sluice.carried',
    '{request}',
    ['outcome'],
    'Requests that landed here and were served by another node, or lost there.',
  ),
  serverLogLines: counter(
    'sluice.upstream.log.lines',
    '{line}',
    ['server'],
    'Lines that servers wrote to standard error.',
  ),
};
