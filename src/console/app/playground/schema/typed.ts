/** Schemas with the types that they mean where they do not name them: forms are made by types. */
import { isRecord } from '../../mcp/items.ts';
import { mapParts, type Schema } from './schema.ts';

/** @returns a copy; what is known by nothing stays as it is */
export function typed(schema: Schema): Schema {
  const copied = mapParts(schema, typed);
  const type = schema['type'] === undefined ? typeOf(schema) : undefined;
  return type === undefined ? copied : { ...copied, type };
}

function typeOf(schema: Schema): string | undefined {
  const { properties, items, prefixItems, enum: values, oneOf, anyOf } = schema;
  if (schema['$ref'] !== undefined) return undefined;
  if (isRecord(properties)) return 'object';
  if (isRecord(items) || Array.isArray(prefixItems)) return 'array';
  if (Array.isArray(values)) return commonType(values);
  const choices: unknown = oneOf ?? anyOf;
  if (Array.isArray(choices) && choices.every((each) => isRecord(each) && each['const'] !== undefined)) {
    return commonType(choices.map((each: Schema) => each['const']));
  }
  return 'const' in schema ? commonType([schema['const']]) : undefined;
}

function commonType(values: readonly unknown[]): string | undefined {
  const types = new Set(values.map((value) => typeof value));
  const [type] = types;
  return types.size === 1 && (type === 'string' || type === 'number' || type === 'boolean')
    ? type
    : undefined;
}
