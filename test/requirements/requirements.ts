/** Everything that must hold, each with an id under which a test proves it. */
import { accounts, connections, fair } from './accounts.ts';
import { anyNode } from './any-node.ts';
import { operatorsAfar } from './operators-afar.ts';
import { admin } from './admin.ts';
import { asLegacy } from './as-legacy.ts';
import { audit } from './audit.ts';
import { metrics } from './metrics.ts';
import { planted } from './planted.ts';
import { play } from './play.ts';
import { backplane } from './backplane.ts';
import { FEATURES, NO_COMPLAINT } from '../matrix/features.ts';
import { brokenServers } from './broken-servers.ts';
import { pages, tickets } from './browser.ts';
import { brokenModern } from './broken-modern.ts';
import { cache } from './cache.ts';
import { cameBack } from './came-back.ts';
import { carry } from './carry.ts';
import { clusterPlay } from './cluster-play.ts';
import { chaos } from './chaos.ts';
import { deaf } from './deaf.ts';
import { early } from './early.ts';
import { switched } from './switched.ts';
import { degraded } from './degraded.ts';
import { failOver } from './fail-over.ts';
import { featuresOnNodes } from './features-on-nodes.ts';
import { takenOver } from './taken-over.ts';
import { age, rolling } from './draining.ts';
import { consoleFrame, consolePages, foreignText } from './console.ts';
import { credentials } from './credentials.ts';
import { secrets } from './secrets.ts';
import { dialects, picking } from './dialects.ts';
import { answers, draining, isolation, sharing, traffic } from './engine.ts';
import { egress } from './egress.ts';
import { eraConformance } from './era-conformance.ts';
import { eraMatrix } from './era-matrix.ts';
import { asking, eras, native } from './eras.ts';
import { examples } from './examples.ts';
import { farEras, findingEras, inprocessEras } from './far-eras.ts';
import { flights } from './flights.ts';
import { held } from './held.ts';
import { inside } from './inside.ts';
import { idempotency } from './idempotency.ts';
import { keys } from './keys.ts';
import { kinds } from './kinds.ts';
import { pressure } from './pressure.ts';
import { queue } from './queue.ts';
import { limits } from './limits.ts';
import { live } from './live.ts';
import { listens } from './listens.ts';
import { logging } from './logging.ts';
import { loopholes } from './loopholes.ts';
import { merged } from './merged.ts';
import { modernFace } from './modern-face.ts';
import { network, sseReader, sseUpstream, streamableUpstream } from './network.ts';
import { overtaken } from './overtaken.ts';
import { cli, config, entries, protocol } from './people.ts';
import { repeats } from './repeats.ts';
import { forwarding, loops, projects } from './projects.ts';
import { rates } from './rates.ts';
import { refusals } from './refusals.ts';
import type { Requirement } from './row.ts';
import { sameUris } from './same-uris.ts';
import { seenRight } from './seen-right.ts';
import { referencePage, sessionsPage } from './sessions-page.ts';
import { scaling } from './scaling.ts';
import { seal } from './seal.ts';
import { seats } from './seats.ts';
import { bombs } from './bombs.ts';
import { guard } from './guard.ts';
import { badInput, security } from './security.ts';
import { routes, sse } from './sse.ts';
import { policy } from './policy.ts';
import { oauth } from './oauth.ts';
import { operators } from './operators.ts';
import { plainEra } from './plain-era.ts';
import { sharedCounts } from './shared-counts.ts';
import { supervision } from './supervision.ts';
import { stdioFace } from './stdio-face.ts';
import { streamable } from './streamable.ts';
import { aare, inprocess, stdio } from './upstreams.ts';
import { traces } from './traces.ts';
import { until } from './until.ts';
import { watchingCommands } from './watching-commands.ts';
import { websocket, websocketUpstream } from './websocket.ts';
import { fromPages, ticketOrigins, tls, where } from './where.ts';
import { nodePicker } from './node-picker.ts';
import { tornPage } from './torn-page.ts';

/** Proven by every cell of the matrix in which client, server and revision have the feature. */
const features: Requirement[] = [...Object.values(FEATURES), NO_COMPLAINT].map(({ id, text }) => ({
  id,
  text,
  source: 'MCP 2024-11-05 … 2025-11-25',
}));

export const REQUIREMENTS: readonly Requirement[] = [
  ...consoleFrame,
  ...consolePages,
  ...foreignText,
  ...accounts,
  ...admin,
  ...carry,
  ...connections,
  ...operators,
  ...fair,
  ...sse,
  ...routes,
  ...dialects,
  ...picking,
  ...streamable,
  ...websocket,
  ...websocketUpstream,
  ...where,
  ...fromPages,
  ...ticketOrigins,
  ...tls,
  ...modernFace,
  ...features,
  ...kinds,
  ...keys,
  ...eras,
  ...eraMatrix,
  ...eraConformance,
  ...listens,
  ...farEras,
  ...brokenServers,
  ...findingEras,
  ...inprocessEras,
  ...native,
  ...asking,
  ...asLegacy,
  ...answers,
  ...traffic,
  ...isolation,
  ...sharing,
  ...repeats,
  ...refusals,
  ...cache,
  ...flights,
  ...cameBack,
  ...seats,
  ...brokenModern,
  ...draining,
  ...chaos,
  ...deaf,
  ...early,
  ...switched,
  ...degraded,
  ...failOver,
  ...takenOver,
  ...sharedCounts,
  ...rolling,
  ...age,
  ...limits,
  ...pressure,
  ...queue,
  ...merged,
  ...overtaken,
  ...sameUris,
  ...security,
  ...oauth,
  ...until,
  ...policy,
  ...bombs,
  ...guard,
  ...audit,
  ...metrics,
  ...planted,
  ...play,
  ...egress,
  ...badInput,
  ...scaling,
  ...seal,
  ...credentials,
  ...secrets,
  ...tickets,
  ...pages,
  ...stdio,
  ...supervision,
  ...stdioFace,
  ...plainEra,
  ...inprocess,
  ...network,
  ...sseReader,
  ...streamableUpstream,
  ...held,
  ...sseUpstream,
  ...aare,
  ...config,
  ...projects,
  ...forwarding,
  ...rates,
  ...loops,
  ...cli,
  ...watchingCommands,
  ...sessionsPage,
  ...referencePage,
  ...entries,
  ...examples,
  ...protocol,
  ...loopholes,
  ...clusterPlay,
  ...idempotency,
  ...backplane,
  ...inside,
  ...featuresOnNodes,
  ...live,
  ...nodePicker,
  ...tornPage,
  ...logging,
  ...traces,
  ...seenRight,
  ...anyNode,
  ...operatorsAfar,
];
