/** Clients of both eras × their dialects × servers of both eras × every feature, with none that fails. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERA_CELLS, ERA_ROWS, keyOf } from './eras/cells.ts';
import { type Outcomes, Theatre } from './eras/play.ts';
import { eraTable } from './eras/table.ts';

let theatre: Theatre;
let outcomes: Outcomes = new Map();

beforeAll(async () => {
  theatre = await Theatre.open();
  outcomes = await theatre.play();
}, 180_000);

afterAll(async () => {
  await theatre.close();
  process.stdout.write(`\n${eraTable(outcomes)}\n`);
});

describe('client era × dialect × upstream era × feature', () => {
  it.each(ERA_ROWS)('[$id] $text', ({ holds }) => {
    const cells = ERA_CELLS.filter((cell) => cell.na === '' && holds(cell));
    expect(cells.length).toBeGreaterThan(0);
    const failures = cells.filter((cell) => !outcomes.has(keyOf(cell)) || outcomes.get(keyOf(cell)));
    expect(
      failures.map((cell) => `${keyOf(cell)}: ${outcomes.get(keyOf(cell))?.message ?? 'not shown'}`),
    ).toEqual([]);
  });
});
