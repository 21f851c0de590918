/** The table of eras as people read it: a line for each pair, a column for each feature. */
import { table } from '../../conformance/table.ts';
import { cellsOfPair, ERA_CELLS, ERA_PAIRS, keyOf } from './cells.ts';
import { ERA_FEATURE_NAMES, ERA_FEATURES } from './features.ts';
import type { Outcomes } from './play.ts';

export function eraTable(outcomes: Outcomes): string {
  const heads = ERA_FEATURE_NAMES.map((name) => ERA_FEATURES[name].short);
  const rows = ERA_PAIRS.map((pair) => [
    `${pair.client.name} ${pair.client.mode}`,
    pair.client.dialect,
    pair.upstream.name,
    ...cellsOfPair(pair).map((cell) => (cell.na === '' ? verdict(outcomes, keyOf(cell)) : 'n/a')),
  ]);
  const reasons = [...new Set(ERA_CELLS.map(({ na }) => na))].filter((na) => na !== '').sort();
  const why = reasons.map((na) => `  ${ERA_CELLS.filter((cell) => cell.na === na).length} × n/a: ${na}`);
  const wanted = ERA_CELLS.filter(({ na }) => na === '').map(keyOf);
  const shown = wanted.filter((key) => verdict(outcomes, key) === 'ok').length;
  const all = `${shown} of ${wanted.length} cells hold`;
  return [table([['client', 'dialect', 'upstream', ...heads], ...rows]), all, ...why].join('\n');
}

function verdict(outcomes: Outcomes, key: string): string {
  if (!outcomes.has(key)) return '?';
  return outcomes.get(key) === undefined ? 'ok' : 'FAILS';
}
