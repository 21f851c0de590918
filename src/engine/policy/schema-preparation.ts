/**
 * A schema made ready to be checked by: read within caps, its patterns such that no text makes them take long, every
 * step of a check counted, and refused where it says more than can be checked.
 */
import { type Budget, LinearPattern } from './pattern.ts';
import { type Node, parsePattern, PatternError } from './pattern-parser.ts';

/** Nothing can be checked by it; the message says why, as what follows "the schema". */
export class SchemaError extends Error {}

export type Draft = '4' | '7' | '2019-09' | '2020-12';

/** Of the text of a schema, of what nests in it, and of the schemas within: more than that no model is shown. */
const MOST_BYTES = 256 * 1024;
const DEEPEST = 64;
const MOST_SCHEMAS = 10_000;
/** What a visit of a schema costs, in steps of a pattern. */
const VISIT = 8;
/** Characters of a text that is held against a pattern. */
const LONGEST_MATCHED = 64 * 1024;

/** What a check may still do; there while one runs. */
export interface Work {
  budget: Budget | undefined;
}

export interface Prepared {
  readonly schema: object | boolean;
  readonly draft: Draft;
  readonly work: Work;
  /** What is said of elements that must differ, and of names by patterns: their work is not counted, but bounded before. */
  readonly hasUnique: boolean;
  readonly hasNamePatterns: boolean;
  /** Those that refer to others. */
  readonly refs: readonly object[];
}

type SchemaObject = Record<string, unknown>;

/** @throws SchemaError */
export function prepared(text: string): Prepared {
  if (text.length > MOST_BYTES) throw new SchemaError(`is larger than ${MOST_BYTES} bytes`);
  const schema = parsed(text);
  const preparation = new Preparation();
  preparation.visit(schema, 0);
  const { work, hasUnique, hasNamePatterns, refs } = preparation;
  return { schema, draft: draftOf(schema), work, hasUnique, hasNamePatterns, refs };
}

function parsed(text: string): object | boolean {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    throw new SchemaError('is no JSON');
  }
  if (typeof schema === 'boolean' || isObject(schema)) return schema;
  throw new SchemaError('is neither an object nor true or false');
}

/** What says nothing, or something of its own, is read as the latest. */
function draftOf(schema: object | boolean): Draft {
  const said = isObject(schema) ? String(schema['$schema'] ?? '') : '';
  if (said.includes('draft-04')) return '4';
  if (said.includes('draft-06') || said.includes('draft-07')) return '7';
  return said.includes('2019-09') ? '2019-09' : '2020-12';
}

// ------------------------------------------------------------------------------ where schemas are in schemas

const ONE: ReadonlySet<string> = new Set([
  ...[
    'additionalItems',
    'unevaluatedItems',
    'items',
    'contains',
    'additionalProperties',
    'unevaluatedProperties',
  ],
  ...['propertyNames', 'not', 'if', 'then', 'else'],
]);
const SEVERAL: ReadonlySet<string> = new Set(['prefixItems', 'items', 'allOf', 'anyOf', 'oneOf']);
const NAMED: ReadonlySet<string> = new Set([
  ...['$defs', 'definitions', 'properties', 'patternProperties', 'dependentSchemas', 'dependencies'],
]);
/** Values that only look like schemas. */
const VALUES: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'examples', 'required', 'type']);
/** What the library keeps in schemas for itself. */
const ITS_OWN = ['__absolute_uri__', '__absolute_ref__', '__absolute_recursive_ref__'];

class Preparation {
  readonly work: Work = { budget: undefined };
  readonly refs: object[] = [];
  hasUnique = false;
  hasNamePatterns = false;
  #schemas = 0;

  visit(schema: unknown, depth: number): void {
    if (!isObject(schema)) return;
    if (depth > DEEPEST) throw new SchemaError('nests too deep');
    if (++this.#schemas > MOST_SCHEMAS) throw new SchemaError('has too many parts');
    for (const [keyword, value] of Object.entries(schema)) this.#visitWithin(keyword, value, depth + 1);
    this.#look(schema);
    this.#count(schema);
  }

  #visitWithin(keyword: string, value: unknown, depth: number): void {
    if (VALUES.has(keyword)) return;
    if (Array.isArray(value)) {
      if (SEVERAL.has(keyword)) for (const one of value as unknown[]) this.visit(one, depth);
    } else if (NAMED.has(keyword)) {
      for (const one of Object.values(isObject(value) ? value : {})) this.visit(one, depth);
    } else if (ONE.has(keyword) || isObject(value)) this.visit(value, depth);
  }

  #look(schema: SchemaObject): void {
    if (ITS_OWN.some((name) => Object.hasOwn(schema, name))) throw new SchemaError('is not well-formed');
    if ('$dynamicRef' in schema || '$recursiveRef' in schema)
      throw new SchemaError('has references that mean something else each time');
    if ('$ref' in schema) this.refs.push(schema);
    if (schema['uniqueItems'] === true) this.hasUnique = true;
    if ('patternProperties' in schema) this.#lookAtNames(schema['patternProperties']);
    const { pattern } = schema;
    delete schema['format'];
    delete schema['pattern'];
    if (pattern !== undefined) schema['format'] = matched(pattern, this.work);
  }

  /** They are matched as the language does it, so only what cannot go astray is taken. */
  #lookAtNames(patterns: unknown): void {
    this.hasNamePatterns = true;
    for (const source of Object.keys(isObject(patterns) ? patterns : {})) {
      if (!isPlain(source))
        throw new SchemaError('has patterns of names that cannot be matched in bounded time');
    }
  }

  /** The library asks for this member on each visit of a schema, and takes nothing for it. */
  #count(schema: SchemaObject): void {
    const { work } = this;
    const cost = VISIT + sizeOf(schema) / 2;
    Object.defineProperty(schema, '__absolute_recursive_ref__', {
      get: () => work.budget?.spend(cost),
    });
  }
}

/** How many values a visit may have to look through. */
function sizeOf(schema: SchemaObject): number {
  let size = 0;
  for (const value of Object.values(schema)) {
    if (Array.isArray(value)) size += value.length;
    else if (isObject(value)) size += Object.keys(value).length;
  }
  return size;
}

/** At most one repetition, of one character: quadratic at worst, and names are bounded. */
function isPlain(source: string): boolean {
  try {
    const whole = parsePattern(source);
    const nodes = whole.kind === 'seq' ? whole.nodes : [whole];
    const repeated = nodes.filter(({ kind }) => kind === 'repeat');
    return repeated.length <= 1 && nodes.every(isOne);
  } catch (error) {
    if (error instanceof PatternError) return false;
    throw error;
  }
}

function isOne(node: Node): boolean {
  if (node.kind === 'repeat') return node.node.kind === 'char';
  return node.kind === 'char' || node.kind === 'start' || node.kind === 'end';
}

/** Under which the library is asked for a pattern; no schema has it, as formats are taken out. */
export const PATTERN_FORMAT = 'sluice:pattern';

/** Looks for the pattern that is asked for. */
let isInCurrent: ((text: string) => boolean) | undefined;

/** What stands in a schema as a format: it is asked for its name right before a text is given to that. */
function matched(source: unknown, work: Work): { toString(): string } {
  const pattern = patternOf(source);
  const isIn = (text: string): boolean => {
    if (text.length > LONGEST_MATCHED) throw new SchemaError('has a pattern, for which a text is too long');
    return !work.budget || pattern.isIn(text, work.budget);
  };
  return {
    toString: () => {
      isInCurrent = isIn;
      return PATTERN_FORMAT;
    },
  };
}

function patternOf(source: unknown): LinearPattern {
  try {
    if (typeof source === 'string') return new LinearPattern(source);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new SchemaError(`has a pattern that ${error.message}`);
  }
  throw new SchemaError('has a pattern that is no text');
}

/** Whether a text has the pattern that was asked for. */
export function isInPattern(text: string): boolean {
  return isInCurrent?.(text) ?? true;
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
