/** A gateway as it is at a moment, in numbers. */
import { THINGS } from '../engine/account.ts';
import type { Gateway } from '../engine/gateway.ts';
import type { Server } from '../engine/server.ts';
import type { HeldNow, ServerNow, Sight } from '../engine/ports-sight.ts';

/** Those whose events travel on no stream of HTTP. */
const OTHER_CARRIERS: readonly string[] = ['websocket', 'stdio'];

export function sightOf(gateway: Gateway): Sight {
  const { context, tally } = gateway;
  const { gateway: account } = context.ledger;
  return {
    sessions: () => sessionsIn(gateway),
    sseConnections: () => {
      const others = OTHER_CARRIERS.reduce((sum, name) => sum + (tally.dialects().get(name) ?? 0), 0);
      return Math.max(0, account.of('streams') - others);
    },
    held: () =>
      THINGS.map((thing): HeldNow => ({ thing, taken: account.of(thing), limit: account.caps[thing] })),
    inFlight: () => gateway.inFlight,
    servers: () => [...gateway.servers.values()].map(serverNow),
    kindOf: (server) => gateway.servers.get(server)?.driver.kind,
    eventLog: () => context.log.near,
    cluster: () => {
      const shown = gateway.cluster?.tenure.shown;
      return shown && { state: shown.state, others: shown.others.length };
    },
    troubles: () => context.degraded.codes,
    isDraining: () => gateway.isDraining,
  };
}

function serverNow({ name, driver, isDisabled }: Server): ServerNow {
  const health = driver.health();
  return { name, kind: driver.kind, ...health, state: isDisabled ? 'disabled' : health.state };
}

function* sessionsIn({ tally }: Gateway) {
  for (const project of tally.projects)
    for (const [dialect, count] of tally.dialects(project)) yield { project, dialect, count };
}
