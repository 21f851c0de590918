/** Clients of both eras × servers of both eras, with real ones on both sides: every feature has a row for each pair of eras. */
import { ERA_ROWS } from '../matrix/eras/cells.ts';
import type { Requirement } from './row.ts';

/** Each is proven by all cells of the table of eras that belong to it. */
export const eraMatrix: readonly Requirement[] = ERA_ROWS.map(({ id, text }) => ({
  id,
  text,
  source: 'PROMISE any client, any server, any era',
}));
