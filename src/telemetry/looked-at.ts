/** What is looked at when somebody asks, as data: the state of the gateway, and what its process uses. */
import { counter, gauge, sum } from './instrument.ts';

export const LOOKED_AT = {
  sseConnections: sum(
    'sse_connections_active',
    '{connection}',
    [],
    'Connections on which events are streamed over HTTP now.',
  ),
  sessions: sum('sluice.sessions', '{session}', ['dialect', 'project'], 'Open sessions.'),
  inFlight: sum('sluice.calls.in_flight', '{call}', [], 'Requests of clients that are not answered yet.'),
  queued: sum('sluice.queue', 'By', [], 'Bytes that wait for readers who have not taken them.'),
  held: sum('sluice.held', '1', ['thing'], 'How much is taken of what the gateway has a limited amount of.'),
  heldLimit: gauge('sluice.held.limit', '1', ['thing'], 'How much of it there is.'),
  upstreamState: gauge(
    'sluice.upstream.state',
    '1',
    ['server', 'state'],
    'How a server is: 1 for the state that it is in, 0 for the others. "backoff": its breaker is open, and it is not tried for a while; "disabled": an operator took it out of service.',
  ),
  upstreamLinks: sum('sluice.upstream.links', '{link}', ['server'], 'Open links to a server.'),
  upstreamRestarts: counter(
    'sluice.upstream.restarts',
    '{restart}',
    ['server'],
    'Links to a server that were opened after one was lost.',
  ),
  upstreamProcesses: sum(
    'sluice.upstream.processes',
    '{process}',
    ['server'],
    'Processes of a server that are alive.',
  ),
  upstreamMemory: sum(
    'sluice.upstream.memory',
    'By',
    ['server'],
    'Memory of the processes of a server with all that they started, where the system tells.',
  ),
  eventLogBytes: sum(
    'sluice.event_log',
    'By',
    [],
    'Memory of what is kept for clients that come back to a stream.',
  ),
  eventLogStreams: sum('sluice.event_log.streams', '{stream}', [], 'Streams of which something is kept.'),
  clusterState: gauge(
    'sluice.cluster.state',
    '1',
    ['state'],
    'This node among others: 1 for the state that it is in. "cut": others may have its sessions.',
  ),
  clusterOthers: gauge('sluice.cluster.others', '{node}', [], 'Other nodes that this one sees.'),
  degraded: gauge(
    'sluice.degraded',
    '1',
    ['code'],
    'What goes worse than it should at the moment; no line where all is well.',
  ),
  draining: gauge('sluice.draining', '1', [], 'Whether the gateway is on its way out.'),
  logLinesDropped: counter(
    'sluice.log.lines.dropped',
    '{line}',
    [],
    'Lines of the log that were lost because nobody took them.',
  ),
  cspReports: counter(
    'sluice.csp.reports',
    '{report}',
    [],
    'Things that browsers kept the console from doing: one is worth a look.',
  ),
  build: gauge('sluice.build.info', '1', ['version', 'runtime'], 'Always 1; its labels say what runs.'),
};

/** Asked of whoever knows the process. */
export const OF_PROCESS = {
  cpu: counter('process.cpu.time', 's', ['cpu.mode'], 'Time that the process had the processor.'),
  memory: sum('process.memory.usage', 'By', [], 'Memory of the process that is in use (resident).'),
  heapUsed: sum('v8js.memory.heap.used', 'By', [], 'Memory of the JavaScript heap that is in use.'),
  heapLimit: gauge('v8js.memory.heap.limit', 'By', [], 'How large the JavaScript heap may become.'),
  uptime: gauge('process.uptime', 's', [], 'How long the process has been running.'),
  loopTime: counter(
    'nodejs.eventloop.time',
    's',
    ['nodejs.eventloop.state'],
    'Time that the event loop was busy ("active") and idle.',
  ),
  loopDelayMean: gauge(
    'nodejs.eventloop.delay.mean',
    's',
    [],
    'How late the event loop was on average within the last seconds. It is looked at as soon as somebody has asked once.',
  ),
  loopDelayHigh: gauge('nodejs.eventloop.delay.p99', 's', [], 'The same: 99 of 100 times it was less late.'),
  loopDelayMax: gauge('nodejs.eventloop.delay.max', 's', [], 'The same: the latest.'),
};
