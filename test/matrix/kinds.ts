/** Kinds of servers × dialects of clients: each a requirement, proven by all cells of the matrix that belong to it. */
import { allCells, type Cell } from './cells.ts';
import { LEGS, type Leg } from './clients.ts';
import { FEATURE_NAMES } from './features.ts';
import { SERVERS } from './servers.ts';

export interface KindRow {
  readonly id: string;
  readonly text: string;
  /** How the server is spoken to. */
  readonly kind: string;
  readonly leg: Leg;
}

const KINDS = [...new Set(SERVERS.flatMap(({ kind }) => kind ?? []))];

export const KIND_ROWS: readonly KindRow[] = KINDS.flatMap((kind) =>
  LEGS.map((leg) => ({
    id: ['KINDS', ...kind.split(' '), leg].join('-').replaceAll('+', '').toUpperCase(),
    text: `Clients over ${leg} have every feature of a server over ${kind}, as far as its revision goes.`,
    kind,
    leg,
  })),
);

/** The cells that prove a row. */
export function cellsOfKind({ kind, leg }: KindRow): Cell[] {
  return allCells().filter(({ client, server }) => server.kind === kind && client.leg === leg);
}

/** Features that no client of a row can show for another reason than that the revision lacks them. */
export function gaps(row: KindRow): string[] {
  const cells = cellsOfKind(row);
  return FEATURE_NAMES.filter((feature) =>
    cells
      .filter((cell) => cell.feature === feature && !('na' in cell.client.load))
      .some(({ na }) => na !== '' && !na.startsWith('protocol revision')),
  );
}
