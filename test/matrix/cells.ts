/** Every cell of the matrix: a proof to run, or the reason why there is none. */
import type { LegacyVersion } from '../../src/protocol/methods.ts';
import { CLIENTS, type MatrixClient } from './clients.ts';
import { FEATURE_NAMES, type FeatureName, featureOf } from './features.ts';
import { type MatrixServer, SERVERS } from './servers.ts';
import type { Run } from './servers/cell.ts';

export interface Cell {
  readonly client: MatrixClient;
  readonly server: MatrixServer;
  readonly feature: FeatureName;
  readonly run: Run | undefined;
  /** Why there is nothing to run; empty where there is. */
  readonly na: string;
}

/** The revision that the two agree on: the older one's latest. */
export function agreed(client: MatrixClient, server: MatrixServer): LegacyVersion {
  return server.version !== undefined && server.version < client.version ? server.version : client.version;
}

export function cellsOf(client: MatrixClient, server: MatrixServer): Cell[] {
  return FEATURE_NAMES.map((feature) => {
    const na = reason(client, server, feature);
    const run = server.runs[feature];
    return { client, server, feature, na, run: na === '' ? (run as Run) : undefined };
  });
}

export function allCells(): Cell[] {
  return CLIENTS.flatMap((client) => SERVERS.flatMap((server) => cellsOf(client, server)));
}

function reason(client: MatrixClient, server: MatrixServer, name: FeatureName): string {
  if ('na' in client.load) return client.load.na;
  const { since } = featureOf(name);
  const version = agreed(client, server);
  if (since !== undefined && version < since) return `protocol revision ${version} does not have it yet`;
  const run = server.runs[name];
  return typeof run === 'function' ? '' : run.na;
}
