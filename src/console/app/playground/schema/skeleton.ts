/** Arguments to begin with, where they are written as raw JSON: what a schema requires, and its defaults. */
import { isRecord } from '../../mcp/items.ts';
import type { Schema } from './schema.ts';

const DEEPEST = 4;
const MOST_MEMBERS = 50;

export function skeletonOf(schema: unknown): Readonly<Record<string, unknown>> {
  return isRecord(schema) ? objectOf(schema, 0) : {};
}

function objectOf(schema: Schema, depth: number): Readonly<Record<string, unknown>> {
  const { properties, required } = schema;
  if (!isRecord(properties)) return {};
  const wanted = new Set(Array.isArray(required) ? required : []);
  const members = Object.entries(properties)
    .filter(([name, member]) => wanted.has(name) || (isRecord(member) && member['default'] !== undefined))
    .slice(0, MOST_MEMBERS);
  return Object.fromEntries(members.map(([name, member]) => [name, valueOf(member, depth + 1)]));
}

function valueOf(schema: unknown, depth: number): unknown {
  if (!isRecord(schema)) return null;
  if (schema['default'] !== undefined) return schema['default'];
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum']) && schema['enum'].length > 0) return schema['enum'][0] as unknown;
  const type: unknown = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  if (type === 'object') return depth > DEEPEST ? {} : objectOf(schema, depth);
  return EMPTY[String(type)] ?? null;
}

const EMPTY: Readonly<Record<string, unknown>> = {
  string: '',
  number: 0,
  integer: 0,
  boolean: false,
  array: [],
};
