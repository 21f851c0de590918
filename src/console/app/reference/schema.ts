/** Schemas of the document in words, and an example of each. References go round in circles: all depths are bounded. */
import { isRecord, recordOf, recordsIn, textOf } from '../mcp/items.ts';
import type { Schema } from './openapi.ts';

export interface Named {
  readonly name: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

const REFERENCE = '#/components/schemas/';
/** References that lead to references. */
const MOST_STEPS = 20;
export const MOST_DEPTH = 6;

/** What a reference refers to; anything else as it is. */
export function resolved(schema: Schema, schemas: Readonly<Record<string, unknown>>): Schema {
  let at = schema;
  for (let step = 0; step < MOST_STEPS; step++) {
    const to = at['$ref'];
    if (typeof to !== 'string' || !to.startsWith(REFERENCE)) return at;
    at = recordOf(schemas[decodeURIComponent(to.slice(REFERENCE.length))]);
  }
  return {};
}

/** The members of an object, of all its parts. */
export function membersOf(schema: Schema): readonly Named[] {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return Object.entries(recordOf(schema['properties'])).map(([name, member]) => ({
    name,
    schema: recordOf(member),
    isRequired: required.has(name),
  }));
}

/** What stands inside a list, or is kept under names that are not known. */
export function itemsOf(schema: Schema): Schema | undefined {
  if (isRecord(schema['items'])) return schema['items'];
  return isRecord(schema['additionalProperties']) ? schema['additionalProperties'] : undefined;
}

export function choicesOf(schema: Schema): readonly Schema[] {
  return [...recordsIn(schema['anyOf']), ...recordsIn(schema['oneOf'])];
}

/** Like `string`, `list of objects`, `"up" or "down"`, `whole number, 1 to 100`. */
export function typeWords(schema: Schema, schemas: Readonly<Record<string, unknown>>, depth = 0): string {
  if (depth > MOST_DEPTH) return 'anything';
  const at = resolved(schema, schemas);
  const fixed = 'const' in at ? [at['const']] : at['enum'];
  if (Array.isArray(fixed)) return fixed.map((value) => JSON.stringify(value)).join(' or ');
  const choices = choicesOf(at);
  if (choices.length > 0) return choices.map((choice) => typeWords(choice, schemas, depth + 1)).join(' or ');
  const type = Array.isArray(at['type']) ? at['type'].join(' or ') : textOf(at['type']);
  const inside = itemsOf(at);
  if (type === 'array') return inside ? `list: ${typeWords(inside, schemas, depth + 1)}` : 'list';
  if (type === 'object' && membersOf(at).length === 0 && inside)
    return `by name: ${typeWords(inside, schemas, depth + 1)}`;
  const word = type === 'integer' ? 'whole number' : type || 'anything';
  return [word, boundsOf(at), textOf(at['format'])].filter((part) => part !== '').join(', ');
}

/** Safe integers are the bounds of whole numbers in this language, and say nothing. */
function boundsOf({ minimum, maximum, minLength, maxLength }: Schema): string {
  const [low, high] = [minimum ?? minLength, maximum ?? maxLength].map((bound) =>
    typeof bound === 'number' && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined,
  );
  if (low === undefined) return high === undefined ? '' : `up to ${high}`;
  return high === undefined ? `from ${low}` : `${low} to ${high}`;
}

/** A value that fits, as far as the schema says. */
export function exampleOf(schema: Schema, schemas: Readonly<Record<string, unknown>>, depth = 0): unknown {
  const at = resolved(schema, schemas);
  for (const name of ['example', 'default', 'const']) if (name in at) return at[name];
  if (Array.isArray(at['enum'])) return at['enum'][0];
  const [choice] = choicesOf(at);
  if (depth > MOST_DEPTH) return null;
  if (choice) return exampleOf(choice, schemas, depth + 1);
  switch (Array.isArray(at['type']) ? at['type'][0] : at['type']) {
    case 'object':
      return Object.fromEntries(
        membersOf(at).map(({ name, schema: member }) => [name, exampleOf(member, schemas, depth + 1)]),
      );
    case 'array':
      return isRecord(at['items']) ? [exampleOf(at['items'], schemas, depth + 1)] : [];
    case 'integer':
    case 'number':
      return typeof at['minimum'] === 'number' && at['minimum'] > 0 ? at['minimum'] : 0;
    case 'boolean':
      return true;
    case 'string':
      return 'text';
    default:
      return null;
  }
}
