/** The real servers behind the gateway. */
import type { LegacyVersion } from '../../src/protocol/methods.ts';
import {
  aare,
  everythingStdio,
  fixtureInprocess,
  fixtureStdio,
  type ServerEntry,
} from '../support/gateway.ts';
import { aareRuns } from './servers/aare.ts';
import type { Runs } from './servers/cell.ts';
import { everythingRuns } from './servers/everything.ts';
import { fixtureRuns } from './servers/fixture.ts';

export interface MatrixServer {
  readonly name: string;
  readonly entry: () => ServerEntry;
  readonly runs: Runs;
  /** Which kind of upstream it stands for: one that shows every feature. */
  readonly kind?: string;
  /** The latest revision it speaks; default the latest of all. */
  readonly version?: LegacyVersion;
}

export const SERVERS: readonly MatrixServer[] = [
  { name: 'everything over stdio', entry: everythingStdio, runs: everythingRuns },
  { name: 'aare in process', entry: aare, runs: aareRuns },
  { name: 'fixture over stdio', kind: 'stdio', entry: fixtureStdio, runs: fixtureRuns },
  { name: 'fixture in process', kind: 'in process', entry: fixtureInprocess, runs: fixtureRuns },
];
