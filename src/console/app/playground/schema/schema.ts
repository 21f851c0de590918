/** JSON Schemas that servers send: looked at with bounds, because nobody has checked them. */
import { isRecord } from '../../mcp/items.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** Keywords whose value is a schema, a list of schemas, or a map of them. */
const ONE = [
  'items',
  'additionalItems',
  'unevaluatedItems',
  'contains',
  'additionalProperties',
  'unevaluatedProperties',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
];
const LIST = ['prefixItems', 'items', 'allOf', 'anyOf', 'oneOf'];
const MAP = ['$defs', 'definitions', 'properties', 'patternProperties', 'dependentSchemas'];

export interface Part {
  readonly schema: Schema;
  /** How many keywords it lies below the whole. */
  readonly depth: number;
}

/**
 * Every schema within a schema, itself first; references are not followed.
 * @returns undefined when there are more than `most` of them, or they lie deeper than `deepest`
 */
export function partsOf(whole: Schema, most: number, deepest: number): Part[] | undefined {
  const parts: Part[] = [{ schema: whole, depth: 0 }];
  for (let at = 0; at < parts.length; at++) {
    const { schema, depth } = parts[at] ?? { schema: whole, depth: 0 };
    if (depth > deepest) return undefined;
    for (const child of childrenOf(schema)) parts.push({ schema: child, depth: depth + 1 });
    if (parts.length > most) return undefined;
  }
  return parts;
}

function childrenOf(schema: Schema): Schema[] {
  const found: unknown[] = [];
  for (const key of ONE) found.push(schema[key]);
  for (const key of LIST) if (Array.isArray(schema[key])) found.push(...schema[key]);
  for (const key of MAP) if (isRecord(schema[key])) found.push(...Object.values(schema[key]));
  return found.filter(isRecord);
}

/** A copy in which every schema right below is what `by` makes of it; all else is as it was. */
export function mapParts(schema: Schema, by: (part: Schema) => Schema): Schema {
  const part = (value: unknown): unknown => (isRecord(value) ? by(value) : value);
  const mapped = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (LIST.includes(key) && Array.isArray(value)) return [key, value.map(part)];
    if (ONE.includes(key)) return [key, part(value)];
    if (!MAP.includes(key) || !isRecord(value)) return [key, value];
    return [key, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, part(each)]))];
  });
  return Object.fromEntries(mapped);
}

/** What a reference within a document leads to; undefined where there is nothing. Source: RFC 6901. */
export function resolve(whole: Schema, ref: string): unknown {
  let at: unknown = whole;
  for (const part of ref.slice(1).split('/').slice(1)) {
    const key = decoded(part).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/**
 * Whether a pattern is tried here. The browser tries patterns in ways that may take for ever where something is
 * repeated that is repeated itself; those are left to the server.
 */
export function isPlainPattern(pattern: unknown): pattern is string {
  if (typeof pattern !== 'string' || pattern.length > 300) return false;
  const repeats = pattern.match(/[*+{]/g)?.length ?? 0;
  if (/\)[*+{]/.test(pattern) || /\\[1-9k]/.test(pattern) || repeats > 4) return false;
  try {
    void new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}
