/** Whether a schema can be a form; where it cannot, why, in words for the person who is given raw JSON instead. */
import { isRecord } from '../../mcp/items.ts';
import { partsOf, resolve, type Schema } from './schema.ts';
import { typed } from './typed.ts';

export type Judgement =
  | { readonly way: 'form'; readonly schema: Schema }
  /** A form is possible, and slow: raw JSON first. */
  | { readonly way: 'heavy'; readonly schema: Schema; readonly why: string }
  | { readonly way: 'raw'; readonly why: string };

/** More fields than these make a form that is longer than anybody reads. */
const MANY_FIELDS = 150;
const MOST_FIELDS = 1_000;
const MOST_PARTS = 5_000;
const DEEPEST = 24;
const TYPES: ReadonlySet<unknown> = new Set([
  'object',
  'array',
  'string',
  'number',
  'integer',
  'boolean',
  'null',
]);

/** @param value the schema as the server sent it */
export function judge(value: unknown): Judgement {
  if (!isRecord(value)) return raw('its schema is no object');
  const isObject =
    value['type'] === 'object' || (value['type'] === undefined && isRecord(value['properties']));
  if (!isObject && value['$ref'] === undefined) return raw('its schema does not describe an object');
  const parts = partsOf(value, MOST_PARTS, DEEPEST);
  if (!parts) return raw('its schema is too large or too deep for a form');
  for (const { schema } of parts) {
    const fault = faultIn(schema, value);
    if (fault) return raw(fault);
  }
  const fields = parts.reduce((sum, { schema }) => sum + fieldsIn(schema), 0);
  if (fields > MOST_FIELDS) return raw(`its schema has ${fields} fields`);
  if (fields <= MANY_FIELDS) return { way: 'form', schema: typed(value) };
  return { way: 'heavy', schema: typed(value), why: `its schema has ${fields} fields` };
}

function raw(why: string): Judgement {
  return { way: 'raw', why };
}

function fieldsIn(schema: Schema): number {
  return isRecord(schema['properties']) ? Object.keys(schema['properties']).length : 0;
}

/** What is wrong with one schema, beside those within it. */
function faultIn(schema: Schema, whole: Schema): string | undefined {
  const { type, properties, required, enum: choices } = schema;
  const types = Array.isArray(type) ? type : type === undefined ? [] : [type];
  if (!types.every((each) => TYPES.has(each))) return 'its schema names a type that there is not';
  if (properties !== undefined && !isRecord(properties))
    return 'its schema has `properties` that are no object';
  if (required !== undefined && !isList(required, 'string'))
    return 'its schema has a `required` that is no list';
  if (choices !== undefined && !Array.isArray(choices)) return 'its schema has an `enum` that is no list';
  for (const key of ['allOf', 'anyOf', 'oneOf']) {
    const some = schema[key];
    if (some !== undefined && !(Array.isArray(some) && some.length > 0)) {
      return `its schema has an \`${key}\` that is no list`;
    }
  }
  // Names that mean something to JavaScript itself.
  if (isRecord(properties) && Object.hasOwn(properties, '__proto__')) return 'its schema names `__proto__`';
  return refFaultIn(schema, whole);
}

function isList(value: unknown, type: 'string'): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === type);
}

/** References are followed within the schema alone: what lies elsewhere is not fetched. */
function refFaultIn(schema: Schema, whole: Schema): string | undefined {
  if (schema['$dynamicRef'] !== undefined || schema['$recursiveRef'] !== undefined) {
    return 'its schema refers to parts of it that are only known while it is used';
  }
  const seen = new Set<unknown>();
  let at: unknown = schema;
  while (isRecord(at) && at['$ref'] !== undefined) {
    const ref = at['$ref'];
    if (seen.has(at)) return 'its schema refers to itself in a circle';
    seen.add(at);
    if (typeof ref !== 'string') return 'its schema has a `$ref` that is no text';
    if (ref !== '#' && !ref.startsWith('#/'))
      return 'its schema refers to another document, which is not fetched';
    at = resolve(whole, ref);
    if (at === undefined) return 'its schema refers to a part that is not there';
  }
  return isRecord(at) || typeof at === 'boolean' ? undefined : 'its schema refers to what is no schema';
}
