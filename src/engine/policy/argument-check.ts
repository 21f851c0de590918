/**
 * Whether the arguments of a call fit the schema of its tool.
 *
 * Guarantees: nothing is fetched; the work of one check is bounded, whatever the schema and the arguments; what cannot be
 * checked does not fit; what is told names places and rules, never values.
 *
 * Source: JSON Schema 2020-12, and draft 7, by what the schema says of itself; MCP, tools, `inputSchema`. `format` is a
 * note there, and not checked.
 */
import type * as library from '@cfworker/json-schema';
import type { OutputUnit, Schema } from '@cfworker/json-schema';
import { isTooMuch } from './instance-size.ts';
import { Budget, BudgetError } from './pattern.ts';
import { isInPattern, PATTERN_FORMAT, type Prepared, prepared, SchemaError } from './schema-preparation.ts';

export { SchemaError } from './schema-preparation.ts';

/** What of the library is used. */
export type SchemaLibrary = Pick<typeof library, 'dereference' | 'format' | 'validate'>;

/** Where arguments do not fit (a JSON pointer), and which rule of the schema says so. */
export interface Misfit {
  readonly at: string;
  readonly rule: string;
}

/** Steps of one check: visits of parts of the schema, and of patterns. Some tens of milliseconds. */
const STEPS = 400_000;
/** So many misfits are told, and so much of each place. */
const MOST_TOLD = 10;
const LONGEST_PLACE = 200;

export class ArgumentCheck {
  readonly #library: SchemaLibrary;
  readonly #prepared: Prepared;
  readonly #lookup: Readonly<Record<string, Schema | boolean>>;

  /**
   * @param text the schema as JSON
   * @throws SchemaError with what is wrong with it, where nothing can be checked by it
   */
  constructor(text: string, library: SchemaLibrary) {
    this.#library = library;
    this.#prepared = prepared(text);
    // Where the library looks for a format, a pattern answers.
    library.format[PATTERN_FORMAT] ??= isInPattern;
    try {
      this.#lookup = library.dereference(this.#prepared.schema);
    } catch {
      throw new SchemaError('is not well-formed');
    }
    for (const ref of this.#prepared.refs) {
      const { __absolute_ref__: uri } = ref as Schema;
      if (uri === undefined || this.#lookup[uri] === undefined)
        throw new SchemaError('refers to another that is not in it, and none is fetched');
    }
  }

  /**
   * Where arguments do not fit; nowhere when they do.
   * @param args as they were read from JSON
   * @throws SchemaError when that cannot be told
   */
  misfits(args: unknown): readonly Misfit[] {
    const { schema, draft, work } = this.#prepared;
    if (isTooMuch(args, this.#prepared))
      throw new SchemaError('cannot be held against arguments as large as these');
    work.budget = new Budget(STEPS);
    try {
      const { valid, errors } = this.#library.validate(args, schema, draft, this.#lookup, true);
      return valid ? [] : told(errors);
    } catch (error) {
      if (error instanceof SchemaError) throw error;
      if (error instanceof BudgetError) throw new SchemaError('takes too much work to check');
      throw new SchemaError('cannot be followed');
    } finally {
      work.budget = undefined;
    }
  }
}

/** Rules that only say that something within does not fit, which is told itself. */
const AROUND: ReadonlySet<string> = new Set([
  '$ref',
  'properties',
  'patternProperties',
  'items',
  'prefixItems',
]);

function told(errors: readonly OutputUnit[]): Misfit[] {
  const misfits = new Map<string, Misfit>();
  errors.forEach(({ instanceLocation, keyword, error }, at) => {
    if (AROUND.has(keyword)) return;
    const place = shortened(decodeURI(instanceLocation));
    // What is not allowed at all is told as the rule that says so.
    const rule = keyword === 'false' ? (errors[at - 1]?.keyword ?? 'false') : ruleOf(keyword, error);
    const isTold = keyword === 'additionalProperties' || keyword === 'unevaluatedProperties';
    if (!isTold && misfits.size < MOST_TOLD) misfits.set(`${place}\n${rule}`, { at: place, rule });
  });
  return [...misfits.values()];
}

/** Names of the schema, never of what was sent, and no value of either. */
function ruleOf(keyword: string, error: string): string {
  if (keyword === 'format') return 'pattern';
  const name = error.slice(error.indexOf('"') + 1, error.lastIndexOf('"'));
  return keyword === 'required' && name.length <= LONGEST_PLACE ? `required: ${name}` : keyword;
}

/** Without the mark of a fragment; empty for the whole. */
function shortened(location: string): string {
  const place = location.replace(/^#/, '');
  return place.length > LONGEST_PLACE ? `${place.slice(0, LONGEST_PLACE)}…` : place;
}
