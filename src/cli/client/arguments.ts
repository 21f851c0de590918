/** The arguments of a call: words of the command line, typed by the tool's schema. */
import { suggest } from '../../config/suggest.ts';
import { usage } from '../exit.ts';
import { describeShape, type Schema, schemaOf, typesOf } from './tool-schema.ts';

/**
 * Reads `name=value` (typed by the schema), `name:=json` (as it stands), or one JSON object.
 * @param schema the tool's input schema
 * @throws CliError that names the property and what it should be
 */
export function readArguments(words: readonly string[], schema: Schema): Record<string, unknown> {
  const [only] = words;
  const values =
    words.length === 1 && only?.trim().startsWith('{') ? readObject(only) : readWords(words, schema);
  for (const name of Object.keys(values)) refuseUnknown(name, schema);
  refuseMissing(values, schema);
  return values;
}

function readObject(text: string): Record<string, unknown> {
  return { ...(parseJson(text, 'The arguments') as Record<string, unknown>) };
}

function readWords(words: readonly string[], schema: Schema): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const word of words) {
    const [, name, raw, text] = /^([^=:\s]+)(:?)=([^]*)$/.exec(word) ?? [];
    if (name === undefined || text === undefined) {
      throw usage(`${quoted(word)} is no argument; write name=value, name:=json, or one JSON object.`);
    }
    const value = raw === ':' ? parseJson(text, name) : typed(name, text, schemaOf(schema, name));
    const before = values.get(name);
    if (before === undefined) values.set(name, value);
    else if (Array.isArray(before) && Array.isArray(value)) values.set(name, [...before, ...value]);
    else throw usage(`${name} is given twice; give it once.`);
  }
  return Object.fromEntries(values);
}

/** The text as the type the schema asks for. */
function typed(name: string, text: string, schema: Schema): unknown {
  const types = typesOf(schema);
  const value = types.length === 0 ? anyValue(text) : firstFit(text, types, schema);
  if (value === undefined) {
    throw usage(`${name} must be ${describeShape(schema)}, not ${quoted(text)}.`);
  }
  const { enum: choices } = schema;
  if (Array.isArray(choices) && !choices.includes(value)) {
    const near = suggest(text, choices.map(String));
    const list = choices.map((choice) => JSON.stringify(choice)).join(', ');
    const hint = near === undefined ? '' : `; did you mean ${JSON.stringify(near)}?`;
    throw usage(`${name} must be one of ${list}, not ${quoted(text)}${hint === '' ? '.' : hint}`);
  }
  return value;
}

/** The more special types first: a text fits everything. */
const ORDER = ['null', 'boolean', 'integer', 'number', 'array', 'object', 'string'] as const;

function firstFit(text: string, types: readonly string[], schema: Schema): unknown {
  for (const type of ORDER) {
    if (!types.includes(type)) continue;
    const value = fit(text, type, schema);
    if (value !== undefined) return value;
  }
  return undefined;
}

function fit(text: string, type: (typeof ORDER)[number], schema: Schema): unknown {
  switch (type) {
    case 'string':
      return text;
    case 'null':
      return text === 'null' ? null : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'integer':
      return /^-?\d+$/.test(text) ? Number(text) : undefined;
    case 'number':
      return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
    case 'object':
      return text.trim().startsWith('{') ? tryJson(text) : undefined;
    case 'array':
      return readList(text, schema);
  }
}

/** A JSON list, or one element (a list is then given by writing the argument several times). */
function readList(text: string, schema: Schema): unknown {
  if (text.trim().startsWith('[')) return tryJson(text);
  const items = typeof schema.items === 'object' ? schema.items : {};
  const types = typesOf(items);
  const value = types.length === 0 ? anyValue(text) : firstFit(text, types, items);
  return value === undefined ? undefined : [value];
}

/** Where the schema says nothing: JSON if it is, else a text. */
function anyValue(text: string): unknown {
  return tryJson(text) ?? (text.trim() === 'null' ? null : text);
}

function refuseUnknown(name: string, schema: Schema): void {
  const known = Object.keys(schema.properties ?? {});
  if (known.includes(name)) return;
  const near = suggest(name, known);
  const closed = schema.additionalProperties === false;
  if (!closed && (near === undefined || schema.additionalProperties !== undefined)) return;
  const fix =
    near === undefined ? `it takes ${known.join(', ') || 'none'}.` : `did you mean ${quoted(near)}?`;
  throw usage(`${quoted(name)} is no argument of this tool; ${fix}`);
}

function refuseMissing(values: Record<string, unknown>, schema: Schema): void {
  const missing = (schema.required ?? []).filter((name) => !Object.hasOwn(values, name));
  const [first] = missing;
  if (first === undefined) return;
  const known = Object.keys(schema.properties ?? {});
  const strange = Object.keys(values).filter((name) => !known.includes(name));
  const wrong = strange.length === 0 ? '' : `${nameList(strange)} no argument of this tool, and `;
  const facts = schemaOf(schema, first);
  const what = typeof facts.description === 'string' ? ` (${facts.description})` : '';
  const others = missing.length > 1 ? `; also missing: ${missing.slice(1).join(', ')}` : '';
  throw usage(
    `${wrong}${first} is missing: it must be ${describeShape(facts)}${what}; write ${first}=…${others}`,
  );
}

/** `"a" is`, `"a", "b" are`: the first few. */
function nameList(names: readonly string[]): string {
  return `${names.slice(0, 5).map(quoted).join(', ')} ${names.length === 1 ? 'is' : 'are'}`;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(`${what} must be JSON: ${why}.`);
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
