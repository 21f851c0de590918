/** Servers of every kind × clients of every dialect, with real ones on both sides. */
import { KIND_ROWS } from '../matrix/kinds.ts';
import type { Requirement } from './row.ts';

/** Each is proven by all cells of the matrix of its kind and its dialect. */
export const kinds: readonly Requirement[] = KIND_ROWS.map(({ id, text }) => ({
  id,
  text,
  source: 'PROMISE any client, any server',
}));
