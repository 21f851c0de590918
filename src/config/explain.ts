/** What a failed check means, in one sentence with the way out. */
import { z } from 'zod';
import type { Document, Path } from './document.ts';
import { type Problem, pathText } from './problems.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;

/** A JSON Schema, as far as it is looked at here. */
interface Shape {
  properties?: Record<string, Shape>;
  additionalProperties?: Shape | boolean;
  items?: Shape;
  anyOf?: Shape[];
  /** A schema with an id of its own is told as a reference into `$defs`. */
  $ref?: string;
  $defs?: Record<string, Shape>;
}

/**
 * The problems of a value in a document.
 * @param at where the checked value stands in the document
 */
export function explain(schema: z.ZodType, error: z.ZodError, document: Document, at: Path): Problem[] {
  return error.issues.flatMap((issue) => {
    const path: Path = [...at, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))];
    if (issue.code === 'unrecognized_keys') {
      const known = settingsAt(schema, issue.path);
      return issue.keys.map((key) =>
        document.problem(
          document.keyOf([...path, key]),
          [...path, key],
          unknownSetting([...path, key], known),
        ),
      );
    }
    const node = document.find(path);
    const place = node ?? document.keyOf(path.slice(0, -1));
    return [document.problem(place, path, `${pathText(path)} ${complaint(issue, node?.type)}.`)];
  });
}

/** `a.comand is not a known setting; did you mean "command"?` */
export function unknownSetting(path: Path, known: readonly string[]): string {
  const written = pathText(path);
  const near = suggest(String(path.at(-1)), known);
  if (near !== undefined) return `${written} is not a known setting; did you mean "${near}"?`;
  return `${written} is not a known setting; remove it, or use one of ${known.join(', ')}.`;
}

/** The names of the members that a schema knows at a path. */
export function settingsAt(schema: z.ZodType, path: readonly PropertyKey[] = []): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input' }) as Shape;
  let shape: Shape | undefined = whole.$ref ? whole.$defs?.[whole.$ref.replace('#/$defs/', '')] : whole;
  for (const step of path) {
    if (typeof step === 'number') shape = shape?.items;
    else {
      const object: Shape | undefined = objectIn(shape);
      const more: Shape | boolean | undefined = object?.additionalProperties;
      shape = object?.properties?.[String(step)] ?? (typeof more === 'object' ? more : undefined);
    }
  }
  return Object.keys(objectIn(shape)?.properties ?? {});
}

/** Where a value may be an object or something shorter, the object. */
function objectIn(shape: Shape | undefined): Shape | undefined {
  return shape?.anyOf?.find(({ properties }) => properties) ?? shape;
}

const EXPECTED: Record<string, string> = {
  string: 'a text in double quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'an object { … }',
  record: 'an object { … }',
  array: 'a list [ … ]',
};

/** The second half of the sentence: `must be …, not …`. */
export function complaint(issue: Issue, found: string | undefined): string {
  if (issue.message.startsWith('must ')) return issue.message;
  const not =
    found === undefined ? '' : `, not ${found === 'object' || found === 'array' ? 'an' : 'a'} ${found}`;
  switch (issue.code) {
    case 'invalid_type': {
      const expected = EXPECTED[issue.expected] ?? issue.expected;
      return found === undefined ? `is missing; it must be ${expected}` : `must be ${expected}${not}`;
    }
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `must be at most ${issue.maximum} characters`
        : `must be at most ${issue.maximum}`;
    default:
      return `cannot be used (${issue.message})`;
  }
}
