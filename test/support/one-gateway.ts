/**
 * The tests that cannot hold where a gateway is several nodes behind a balancer, each with the reason: `npm run cluster-features` leaves
 * them out, prints them, and fails where one of them is not there any more.
 */

const WHY = {
  counted: 'each node counts for itself, and is asked for itself',
  late: 'each node finds out for itself, one a little after the other',
  own: 'it counts processes, links or sessions at servers, and each node has servers of its own',
  health: '`/health` tells of the node that answers',
  caps: 'what may be held at once is counted by each node',
  rates: 'a node knows within 0.1 s, and not at once, what the others gave',
  wire: 'it is about the connection of a client, which is the balancer’s here',
  reader: 'the balancer reads what its client does not',
  leave: 'all nodes go away at once; of a deploy, one goes after the other',
  learns: 'each node learns what servers list when it asks them',
  changes: 'what changes at the server of one node does not change at those of the others',
  spans: 'a request that is carried has spans on two nodes',
} as const;

/** By file: parts of titles, and why. */
export const ONE_GATEWAY: Readonly<
  Record<string, readonly (readonly [title: string, why: keyof typeof WHY])[]>
> = {
  'test/matrix/caps.test.ts': [['[LIMIT-SESSIONS-PRINCIPAL]', 'caps']],
  'test/matrix/health.test.ts': [
    ['[ROUTE-HEALTH] say', 'health'],
    ['[ROUTE-HEALTH-DEGRADED] show a server', 'health'],
  ],
  'test/matrix/projects.test.ts': [['[FORWARD-APART]', 'own']],
  'test/matrix/remote-restart.test.ts': [['[KINDS-RESTART]', 'own']],
  'test/matrix/remote.test.ts': [['[KINDS-SESSIONS]', 'own']],
  'test/matrix/rolling.test.ts': [
    ['[ROLL-DELAY]', 'wire'],
    ['[ROLL-IDLE-FIRST]', 'leave'],
    ['[ROLL-BUSY]', 'leave'],
    ['[ROLL-READ]', 'reader'],
    ['[ROLL-ASKED]', 'leave'],
  ],
  'test/matrix/sharing.test.ts': [
    ['[SHARING-PRINCIPAL]', 'own'],
    ['[SHARING-SHARED]', 'own'],
    ['[SHARING-UPDATED]', 'changes'],
  ],
  'test/matrix/variables.test.ts': [['SSE_MAX_CONNECTIONS', 'caps']],
  'test/scenarios/audit.test.ts': [['[AUDIT-FACTS] a caller over its rate', 'rates']],
  'test/scenarios/bad-bodies.test.ts': [['[LIMIT-BODY-TOLD]', 'wire']],
  'test/scenarios/broken-servers.test.ts': [['[BRKS-TURNED] over stdio', 'health']],
  'test/scenarios/children.test.ts': [['that is shared: all who wait', 'own']],
  'test/scenarios/connections.test.ts': [
    ['[CONN-CAP]', 'wire'],
    ['[CONN-FLOOD]', 'wire'],
    ['[CONN-ADDRESS]', 'wire'],
    ['[CONN-IDLE]', 'wire'],
  ],
  'test/scenarios/dialects/rules.test.ts': [
    ['[DIALECT-MAX]', 'caps'],
    ['[DIALECT-HEALTH]', 'health'],
  ],
  'test/scenarios/eliciting.test.ts': [['[ASKING-KILLED]', 'health']],
  'test/scenarios/listens.test.ts': [
    ['[LISTEN-REAL]', 'changes'],
    ['fifty real clients are one subscription', 'own'],
  ],
  'test/scenarios/merged.test.ts': [['[MERGE-TEN-HEALTH]', 'health']],
  'test/scenarios/modern-merged.test.ts': [['[FACE-COMPARED]', 'learns']],
  'test/scenarios/rates-exact.test.ts': [['[RATE-EXACT]', 'rates']],
  'test/scenarios/rates.test.ts': [
    ['[RATE-STREAM]', 'rates'],
    ['[RATE-OPENS]', 'rates'],
  ],
  'test/scenarios/metrics-own.test.ts': [
    ['[MET-OWN]', 'counted'],
    ['[MET-OTLP]', 'counted'],
    ['[MET-OTLP-AWAY]', 'counted'],
  ],
  'test/scenarios/metrics.test.ts': [
    ['[MET-TRUE]', 'counted'],
    ['[MET-TEXT]', 'counted'],
  ],
  'test/scenarios/overload.test.ts': [['[PRESSURE-OVERLOAD-LISTEN]', 'late']],
  'test/scenarios/slow.test.ts': [
    ['[LIMIT-BACKPRESSURE]', 'reader'],
    ['[LIMIT-STALLED-READER]', 'reader'],
    ['[SSE-DROP-ENDS]', 'health'],
    ['[LIMIT-SESSIONS]', 'caps'],
  ],
  'test/scenarios/supervision.test.ts': [
    ['[SUPERVISE-PING]', 'own'],
    ['[SUPERVISE-MODERN]', 'own'],
    ['[SUPERVISE-MEMORY]', 'own'],
  ],
  'test/scenarios/traces.test.ts': [['[TRACE-', 'spans']],
  'test/scenarios/upstream-restart.test.ts': [
    ['[REPEAT-RESTARTED]', 'own'],
    ['[REPEAT-FORGOTTEN]', 'own'],
  ],
  'test/scenarios/websocket-fuzz.test.ts': [['[WS-FUZZ]', 'own']],
  'test/scenarios/websocket-handshake.test.ts': [
    ['of another version is refused', 'wire'],
    ['of no version is refused', 'wire'],
    ['that has no `Connection`', 'wire'],
    ['for something else is refused', 'wire'],
    ['behind a stream on one connection', 'wire'],
    ['[WS-CAPS]', 'caps'],
    ['is served as if it had not asked', 'wire'],
  ],
  'test/scenarios/websocket-slow.test.ts': [['takes nothing for the stall time', 'reader']],
};

export function reasonOf(why: keyof typeof WHY): string {
  return WHY[why];
}
