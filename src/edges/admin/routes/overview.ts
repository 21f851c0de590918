/** The gateway as a whole, and the configuration in force. */
import { z } from 'zod';
import { describeConfig } from '../../../config/describe.ts';
import { overview, setting } from '../contract/overview.ts';
import { describeRoute, json, newGroup } from '../group.ts';
import type { AdminPorts } from '../ports.ts';

const OVERVIEW = describeRoute({
  method: 'get',
  path: '/overview',
  summary: 'The gateway as a whole.',
  responses: { 200: { description: 'How it is.', content: json(overview) } },
});

const CONFIG = describeRoute({
  method: 'get',
  path: '/config',
  summary: 'Each value of the configuration in force, and where it came from. Secrets are masked.',
  responses: { 200: { description: 'Row by row.', content: json(z.object({ settings: z.array(setting) })) } },
});

export function overviewRoutes(ports: AdminPorts) {
  return newGroup()
    .openapi(OVERVIEW, (c) => c.json(overviewOf(ports), 200))
    .openapi(CONFIG, (c) => c.json({ settings: describeConfig(ports.config()) }, 200));
}

function overviewOf({ gateway, version, node, startedAt, url, config, pageReports }: AdminPorts) {
  const { codes, troubles } = gateway.context.degraded;
  const isWell =
    codes.length === 0 && [...gateway.servers.values()].every(({ driver }) => isFine(driver.health()));
  const status = gateway.isDraining ? 'draining' : isWell ? 'healthy' : 'degraded';
  return {
    ...{ version, node, startedAt, url: url(), status: status as 'healthy' },
    troubles: troubles.map(({ code, message, since }) => ({ code, message, since })),
    sessions: gateway.sessions,
    streams: gateway.context.ledger.gateway.of('streams'),
    inFlight: gateway.inFlight,
    servers: gateway.servers.size,
    nodes: [...(gateway.cluster?.tenure.shown.others ?? [])],
    audit: config().audit.enabled,
    pageReports: pageReports(),
  };
}

function isFine({ state }: { readonly state: string }): boolean {
  return state !== 'backoff' && state !== 'failed';
}
