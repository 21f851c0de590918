/** The JSON Schema of a tool's arguments, as far as a command line needs it. */

export interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema | boolean>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: unknown;
  readonly items?: Schema | boolean | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly const?: unknown;
  readonly anyOf?: readonly (Schema | boolean)[] | undefined;
  readonly oneOf?: readonly (Schema | boolean)[] | undefined;
  readonly description?: unknown;
  readonly default?: unknown;
  readonly $ref?: unknown;
  readonly $defs?: Readonly<Record<string, Schema>> | undefined;
  readonly definitions?: Readonly<Record<string, Schema>> | undefined;
}

/** The schema of one argument; local references (`#/$defs/…`) are followed, others are not. */
export function schemaOf(schema: Schema, name: string): Schema {
  const properties = schema.properties ?? {};
  let found = Object.hasOwn(properties, name) ? properties[name] : undefined;
  for (let step = 0; step < 8 && typeof found === 'object'; step++) {
    const [, holder, key] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(found.$ref ?? '')) ?? [];
    if (key === undefined) return found;
    found = (holder === '$defs' ? schema.$defs : schema.definitions)?.[key];
  }
  return {};
}

/** The JSON types a value may have; empty when the schema does not say. */
export function typesOf(schema: Schema, depth = 0): string[] {
  if (typeof schema.type === 'string') return [schema.type];
  if (Array.isArray(schema.type)) return schema.type.map(String);
  if (Array.isArray(schema.enum)) return [...new Set(schema.enum.map(typeOf))];
  if (schema.const !== undefined) return [typeOf(schema.const)];
  const branches = schema.anyOf ?? schema.oneOf;
  if (!Array.isArray(branches) || depth > 4) return [];
  const types = branches.map((branch) => (typeof branch === 'object' ? typesOf(branch, depth + 1) : []));
  return types.some((list) => list.length === 0) ? [] : [...new Set(types.flat())];
}

const WORDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list, as JSON',
  object: 'an object, as JSON',
  null: 'null',
};

/** `a number`, `a text or null`, `one of "a", "b"`. */
export function describeShape(schema: Schema): string {
  if (Array.isArray(schema.enum)) {
    return `one of ${schema.enum.map((choice) => JSON.stringify(choice)).join(', ')}`;
  }
  const words = typesOf(schema).map((type) => WORDS[type] ?? type);
  return words.length === 0 ? 'a value' : words.join(' or ');
}

/** `city=string [hours=integer]`: what is in brackets may be left out. */
export function signature(schema: Schema): string {
  const required = new Set(schema.required ?? []);
  return Object.keys(schema.properties ?? {})
    .map((name) => {
      const text = `${name}=${typesOf(schemaOf(schema, name)).join('|') || 'any'}`;
      return required.has(name) ? text : `[${text}]`;
    })
    .join(' ');
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}
