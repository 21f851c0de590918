/** Every cell of the table of eras: something to show, or the reason why there is nothing; and the rows it proves. */
import { type EraClient, ERA_CLIENTS, isModern } from './clients.ts';
import { ERA_FEATURE_NAMES, ERA_FEATURES, type EraFeatureName, eraFeature } from './features.ts';
import { ERA_UPSTREAMS, type EraUpstream, isMerged } from './upstreams.ts';

export interface EraCell {
  readonly client: EraClient;
  readonly upstream: EraUpstream;
  readonly feature: EraFeatureName;
  /** Why there is nothing to show; empty where there is. */
  readonly na: string;
}

export interface EraPair {
  readonly client: EraClient;
  readonly upstream: EraUpstream;
}

export const ERA_PAIRS: readonly EraPair[] = ERA_CLIENTS.flatMap((client) =>
  ERA_UPSTREAMS.map((upstream) => ({ client, upstream })),
);

export const ERA_CELLS: readonly EraCell[] = ERA_PAIRS.flatMap(cellsOfPair);

export interface EraRow {
  readonly id: string;
  readonly text: string;
  readonly holds: (cell: EraCell) => boolean;
}

const CLIENT_ERAS = ['legacy', 'modern'] as const;
const UPSTREAM_ERAS = ['legacy', 'modern', 'dual'] as const;

/** One for each feature and pair of eras, and one for each era of clients of merged servers. */
export const ERA_ROWS: readonly EraRow[] = [
  ...ERA_FEATURE_NAMES.flatMap((feature) =>
    CLIENT_ERAS.flatMap((client) => UPSTREAM_ERAS.map((upstream) => rowOf(feature, client, upstream))),
  ),
  ...CLIENT_ERAS.map((era) => ({
    id: `ERAM-MERGED-${era.toUpperCase()}`,
    text: `Clients of the ${era} era have every feature of both where a legacy and a modern server are merged.`,
    holds: ({ client, upstream }: EraCell) => eraOf(client) === era && isMerged(upstream),
  })),
];

export function cellsOfPair({ client, upstream }: EraPair): EraCell[] {
  return ERA_FEATURE_NAMES.map((feature) => ({ client, upstream, feature, na: reason(client, feature) }));
}

export function keyOf({ client, upstream, feature }: EraCell): string {
  return `${client.name} ${client.mode} over ${client.dialect} × ${upstream.name}: ${feature}`;
}

function rowOf(feature: EraFeatureName, era: 'legacy' | 'modern', upstream: EraUpstream['era']): EraRow {
  return {
    id: `ERAM-${feature.replace(/[A-Z]/g, (letter) => `-${letter}`)}-${era}-TO-${upstream}`.toUpperCase(),
    text: `Clients of the ${era} era and ${upstream} servers ${ERA_FEATURES[feature].text}.`,
    holds: (cell) =>
      cell.feature === feature &&
      eraOf(cell.client) === era &&
      cell.upstream.era === upstream &&
      !isMerged(cell.upstream),
  };
}

function eraOf(client: EraClient): 'legacy' | 'modern' {
  return isModern(client) ? 'modern' : 'legacy';
}

function reason({ load, version }: EraClient, name: EraFeatureName): string {
  if ('na' in load) return load.na;
  const { since } = eraFeature(name);
  return since !== undefined && version < since ? `protocol revision ${version} does not have it yet` : '';
}
