/**
 * Judges data by a JSON Schema for the forms of rjsf, by `@cfworker/json-schema`: it makes no code, so that the policy
 * of the page (CSP) lets it run.
 */
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import {
  type ErrorSchema,
  ErrorSchemaBuilder,
  ROOT_SCHEMA_PREFIX,
  type RJSFSchema,
  type RJSFValidationError,
  type ValidationData,
  type ValidatorType,
  withIdRefPrefix,
} from '@rjsf/utils';
import { isRecord } from '../../mcp/items.ts';
import { isPlainPattern } from './schema.ts';

/** What is wrong at one place of the data. */
export interface Fault {
  /** Names of members and numbers of items, from the outside in. */
  readonly path: readonly string[];
  readonly message: string;
  readonly keyword: string;
}

/** Keywords that say that something within is wrong, which says so itself. */
const AROUND: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'items',
  'prefixItems',
  'additionalItems',
  '$ref',
  'allOf',
  'if',
  'dependentSchemas',
]);

/** All that is wrong with data, each once. @throws what a broken schema makes the library throw */
export function faultsOf(schema: unknown, data: unknown): Fault[] {
  const { errors } = new Validator(copyOf(schema) as object, draftOf(schema), false).validate(data);
  const faults = errors.flatMap((error) => faultIn(error, errors));
  const seen = new Set<string>();
  return faults.filter(({ path, message }) => {
    const key = JSON.stringify([path, message]);
    return !seen.has(key) && seen.add(key);
  });
}

function faultIn(error: OutputUnit, all: readonly OutputUnit[]): Fault[] {
  const { keyword, instanceLocation, keywordLocation } = error;
  const hasInner =
    AROUND.has(keyword) &&
    all.some((other) => other !== error && other.keywordLocation.startsWith(`${keywordLocation}/`));
  if (hasInner) return [];
  const path = instanceLocation.split('/').slice(1).map(unescaped);
  if (keyword !== 'required') return [{ path, keyword, message: wordsFor(error) }];
  const name = /"([^]*)"/.exec(error.error)?.[1];
  return [{ path: name === undefined ? path : [...path, name], keyword, message: 'Must be filled in.' }];
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
}

function wordsFor({ keyword, error }: OutputUnit): string {
  if (keyword === 'type') {
    const wanted = /Expected (?:one of )?([^]*)\.$/.exec(error)?.[1]?.replaceAll('"', '');
    return wanted === undefined ? error : `Must be of type ${wanted}.`;
  }
  return WORDS[keyword] ?? error;
}

const WORDS: Readonly<Record<string, string>> = {
  pattern: 'Does not have the form that is wanted.',
  false: 'Is not wanted here.',
  anyOf: 'Fits none of the choices.',
  oneOf: 'Must fit exactly one of the choices.',
};

function draftOf(schema: unknown): '4' | '7' | '2019-09' | '2020-12' {
  const named = isRecord(schema) ? String(schema['$schema']) : '';
  const found = /draft-0?([467])|2019-09/.exec(named);
  if (!found) return '2020-12';
  return found[1] === '4' ? '4' : found[1] ? '7' : '2019-09';
}

/** The library writes into the schemas it is given; and some patterns are not tried here. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isRecord(value)) return value;
  const copied = Object.entries(value).flatMap(([key, member]): [string, unknown][] => {
    if (key === 'pattern' && !isPlainPattern(member) && !isRecord(member)) return [];
    if (key === 'patternProperties' && isRecord(member)) {
      return [
        [key, copyOf(Object.fromEntries(Object.entries(member).filter(([name]) => isPlainPattern(name))))],
      ];
    }
    return [[key, copyOf(member)]];
  });
  return Object.fromEntries(copied);
}

function errorsOf(faults: readonly Fault[]): RJSFValidationError[] {
  return faults.map(({ path, message, keyword }) => ({
    name: keyword,
    message,
    property: path.map((part) => `.${part}`).join(''),
    stack: `${path.join(' › ')} ${message}`,
  }));
}

function schemaOf(faults: readonly Fault[]): ErrorSchema {
  const builder = new ErrorSchemaBuilder();
  for (const { path, message } of faults) builder.addErrors(message, [...path]);
  return builder.ErrorSchema;
}

type Data = unknown;

export const validator: ValidatorType<Data, RJSFSchema> = {
  validateFormData(formData, schema): ValidationData<Data> {
    const faults = faultsOf(schema, formData);
    return { errors: errorsOf(faults), errorSchema: schemaOf(faults) };
  },

  /** A schema that cannot be judged by fits nothing. */
  isValid(schema, formData, rootSchema) {
    try {
      const judged = new Validator(copyOf(withIdRefPrefix(schema)) as object, draftOf(rootSchema), true);
      judged.addSchema(copyOf(rootSchema) as object, ROOT_SCHEMA_PREFIX);
      return judged.validate(formData).valid;
    } catch {
      return false;
    }
  },

  /** For tools around forms, of which there are none here. */
  rawValidation: () => ({}),
};
