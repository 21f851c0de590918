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
  const columns = new Set<string>();
  for (const row of list.slice(0, SAMPLED)) for (const column of Object.keys(row)) columns.add(column);
  const isFlat = list.slice(0, SAMPLED).every((row) => Object.values(row).every(isPlain));
  if (!isFlat || columns.size === 0 || columns.size > MOST_COLUMNS) return undefined;
  return { name, columns: [...columns], rows: list };
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
