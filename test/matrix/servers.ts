/** The real servers behind the gateway. */
import type { LegacyVersion } from '../../src/protocol/methods.ts';
import {
  aare,
  everythingStdio,
  fixtureInprocess,
  fixtureStdio,
  type ServerEntry,
} from '../support/gateway.ts';
import { EVERYTHINGS, FIXTURES, type NetworkProgram, SUPERGATEWAY_SOCKET } from '../support/network.ts';
import { behindGateway, type Carrier, started } from '../support/remote.ts';
import { aareRuns } from './servers/aare.ts';
import type { Runs } from './servers/cell.ts';
import { everythingRuns } from './servers/everything.ts';
import { fixtureRuns } from './servers/fixture.ts';
import { mergedRuns } from './servers/merged.ts';
import { supergatewayRuns } from './servers/supergateway.ts';

export interface MatrixServer {
  readonly name: string;
  /** What is behind the gateway; several are merged. */
  readonly entry: () => ServerEntry | Readonly<Record<string, ServerEntry>>;
  readonly runs: Runs;
  /** Which kind of upstream it stands for: one that shows every feature. */
  readonly kind?: string;
  /** The latest revision it speaks; default the latest of all. */
  readonly version?: LegacyVersion;
}

export const SERVERS: readonly MatrixServer[] = [
  { name: 'everything over stdio', entry: everythingStdio, runs: everythingRuns },
  { name: 'everything over sse', entry: () => started('sse', EVERYTHINGS.sse), runs: everythingRuns },
  {
    name: 'everything over streamable',
    entry: () => started('streamable', EVERYTHINGS.streamable),
    runs: everythingRuns,
  },
  { name: 'aare in process', entry: aare, runs: aareRuns },
  { name: 'fixture in process', kind: 'in process', entry: fixtureInprocess, runs: fixtureRuns },
  { name: 'fixture over stdio', kind: 'stdio', entry: fixtureStdio, runs: fixtureRuns },
  fixture('sse', 'HTTP+SSE', FIXTURES.sse),
  fixture('streamable', 'Streamable 2025-03-26', FIXTURES.streamable20250326, '2025-03-26'),
  fixture('streamable', 'Streamable 2025-06-18', FIXTURES.streamable20250618, '2025-06-18'),
  fixture('streamable', 'Streamable 2025-11-25', FIXTURES.streamable20251125),
  fixture('websocket', 'WebSocket', FIXTURES.websocket),
  {
    name: 'supergateway over WebSocket',
    entry: () => started('websocket', SUPERGATEWAY_SOCKET),
    runs: supergatewayRuns,
  },
  { name: 'gateway over sse', entry: () => behindGateway('sse'), runs: fixtureRuns },
  { name: 'gateway over streamable', entry: () => behindGateway('streamable'), runs: fixtureRuns },
  { name: 'gateway over websocket', entry: () => behindGateway('websocket'), runs: fixtureRuns },
  {
    name: 'fixture merged with everything',
    entry: () => ({
      fixture: started('streamable', FIXTURES.streamable20251125),
      everything: everythingStdio(),
    }),
    runs: mergedRuns,
  },
];

/** The fixture server as a process, over the network. */
function fixture(
  carrier: Carrier,
  kind: string,
  program: NetworkProgram,
  version?: LegacyVersion,
): MatrixServer {
  const entry = () => started(carrier, program);
  return { name: `fixture over ${kind}`, kind, entry, runs: fixtureRuns, ...(version && { version }) };
}
