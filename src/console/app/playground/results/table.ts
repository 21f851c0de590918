/** Whether a value is a table: a list of flat objects, alone or as the one list of an object. */
import { isRecord } from '../../mcp/items.ts';

export interface Tabular {
  /** The member that is the list; empty where the value is the list itself. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

const MOST_COLUMNS = 30;
const SAMPLED = 200;

export function tabularIn(value: unknown): Tabular | undefined {
  if (Array.isArray(value)) return tableOf('', value);
  if (!isRecord(value)) return undefined;
  const tables = Object.entries(value).flatMap(([name, member]) =>
    Array.isArray(member) ? (tableOf(name, member) ?? []) : [],
  );
  return tables.length === 1 ? tables[0] : undefined;
}

function tableOf(name: string, list: readonly unknown[]): Tabular | undefined {
  if (list.length === 0 || !list.every(isRecord)) return undefined;
  if (!list.slice(0, SAMPLED).every((row) => Object.values(row).every(isPlainOrFlat))) return undefined;
  const rows = list.map(flat);
  const columns = new Set<string>();
  for (const row of rows.slice(0, SAMPLED)) for (const column of Object.keys(row)) columns.add(column);
  if (columns.size === 0 || columns.size > MOST_COLUMNS) return undefined;
  return { name, columns: [...columns], rows };
}

/** Members of members become columns of their own, like `coordinates.lat`; nothing deeper does. */
function flat(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (Object.values(row).every(isPlain)) return row;
  const cells = Object.entries(row).flatMap(([name, value]): [string, unknown][] =>
    isRecord(value)
      ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, each])
      : [[name, value]],
  );
  return Object.fromEntries(cells);
}

function isPlainOrFlat(value: unknown): boolean {
  return isPlain(value) || (isRecord(value) && Object.values(value).every(isPlain));
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
