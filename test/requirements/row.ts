/**
 * What a requirement is.
 *
 * Sources: `MCP <revision>` and RFCs are specifications; `FIELD …` is what real clients, servers and the boxes
 * between them were measured to do; `PROMISE …` is what the project promises of its own accord (README, design).
 */
import type { LegacyVersion } from '../../src/protocol/methods.ts';

export interface Requirement {
  /** Area, then what: `SSE-ENDPOINT-ONCE`. A test that proves it begins its title with `[SSE-ENDPOINT-ONCE]`. */
  readonly id: string;
  /** One sentence: what must hold. */
  readonly text: string;
  readonly source: string;
  /** The revisions it holds for; default all. */
  readonly revisions?: readonly LegacyVersion[];
}

type Row = readonly [id: string, text: string, source?: string];

/** Rows with one prefix and, unless a row names its own, one source. */
export function area(prefix: string, source: string, rows: readonly Row[]): Requirement[] {
  return rows.map(([id, text, own]) => ({ id: `${prefix}-${id}`, text, source: own ?? source }));
}

/** The same for rows that hold for some revisions only. */
export function since(revisions: readonly LegacyVersion[], rows: readonly Requirement[]): Requirement[] {
  return rows.map((row) => ({ ...row, revisions }));
}
