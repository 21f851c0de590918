import { describe, expect, test } from 'vitest';
import { readArguments } from '../../../src/cli/client/arguments.ts';
import { type Schema, signature } from '../../../src/cli/client/tool-schema.ts';
import { CliError } from '../../../src/cli/exit.ts';

const schema: Schema = {
  type: 'object',
  properties: {
    text: { type: 'string', description: 'What to say' },
    count: { type: 'integer' },
    ratio: { type: 'number' },
    loud: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { type: 'number' } },
    options: { type: 'object' },
    level: { enum: ['low', 'high', 3] },
    maybe: { type: ['string', 'null'] },
    either: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
    linked: { $ref: '#/$defs/Linked' },
    any: {},
  },
  $defs: { Linked: { type: 'boolean' } },
};

function read(...words: string[]) {
  return readArguments(words, schema);
}

function refused(words: string[], from: Schema = schema): string {
  try {
    readArguments(words, from);
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    expect(error).toMatchObject({ code: 1 });
    return (error as CliError).message;
  }
  throw new Error('The words were taken.');
}

describe('[CLI-CALL] name=value is typed by the schema', () => {
  test.each<[string, Record<string, unknown>]>([
    ['text=5', { text: '5' }],
    ['text=a=b', { text: 'a=b' }],
    ['text=', { text: '' }],
    ['text=true', { text: 'true' }],
    ['text=two\nlines', { text: 'two\nlines' }],
    ['count=-5', { count: -5 }],
    ['ratio=1.5e3', { ratio: 1500 }],
    ['loud=false', { loud: false }],
    ['tags=["a","b"]', { tags: ['a', 'b'] }],
    ['tags=a', { tags: ['a'] }],
    ['sizes=4', { sizes: [4] }],
    ['options={"a":1}', { options: { a: 1 } }],
    ['level=high', { level: 'high' }],
    ['level=3', { level: 3 }],
    ['maybe=null', { maybe: null }],
    ['maybe=x', { maybe: 'x' }],
    ['either=5', { either: 5 }],
    ['either=x', { either: 'x' }],
    ['linked=true', { linked: true }],
    ['any=5', { any: 5 }],
    ['any=null', { any: null }],
    ['any=plain text', { any: 'plain text' }],
    ['other=x', { other: 'x' }],
  ])('%j', (word, result) => {
    expect(read(word)).toEqual(result);
  });

  test('a list may be given in pieces', () => {
    expect(read('sizes=1', 'sizes=2', 'sizes=[3]')).toEqual({ sizes: [1, 2, 3] });
  });
});

test('name:=json goes as it stands', () => {
  expect(read('text:=5', 'any:={"a":[null]}')).toEqual({ text: 5, any: { a: [null] } });
});

test('one JSON object is taken whole', () => {
  expect(read(' {"text":"x","count":"not checked here"}')).toEqual({ text: 'x', count: 'not checked here' });
  expect(read()).toEqual({});
});

describe('what does not fit is named', () => {
  test.each([
    ['count=1.5', 'count must be a whole number, not "1.5".'],
    ['count=', 'count must be a whole number, not "".'],
    ['ratio=much', 'ratio must be a number, not "much".'],
    ['loud=yes', 'loud must be true or false, not "yes".'],
    ['sizes=big', 'sizes must be a list, as JSON, not "big".'],
    ['sizes=[1', 'sizes must be a list, as JSON, not "[1".'],
    ['options=x', 'options must be an object, as JSON, not "x".'],
    ['level=hihg', 'level must be one of "low", "high", 3, not "hihg"; did you mean "high"?'],
    ['txt=x', '"txt" is no argument of this tool; did you mean "text"?'],
    ['hello', '"hello" is no argument; write name=value, name:=json, or one JSON object.'],
    ['=x', '"=x" is no argument; write name=value, name:=json, or one JSON object.'],
  ])('%s', (word, message) => {
    expect(refused([word])).toBe(message);
  });

  test('broken JSON', () => {
    expect(refused(['any:={'])).toMatch(/^any must be JSON: .*\.$/);
    expect(refused(['{"text":'])).toMatch(/^The arguments must be JSON: .*\.$/);
  });

  test('an argument given twice', () => {
    expect(refused(['text=a', 'text=b'])).toBe('text is given twice; give it once.');
  });

  test('an argument that a closed schema does not know', () => {
    const closed: Schema = { properties: { a: { type: 'string' } }, additionalProperties: false };
    expect(refused(['c=1'], closed)).toBe('"c" is no argument of this tool; it takes a.');
    expect(refused(['zebra=1'], closed)).toBe('"zebra" is no argument of this tool; it takes a.');
    expect(refused(['{"zebra":1}'], closed)).toBe('"zebra" is no argument of this tool; it takes a.');
  });

  test('missing arguments', () => {
    const needs: Schema = { ...schema, required: ['text', 'count'] };
    expect(refused([], needs)).toBe(
      'text is missing: it must be a text (What to say); write text=…; also missing: count',
    );
    expect(refused(['msg=x', 'loud=true', 'text=x'], needs)).toBe(
      '"msg" is no argument of this tool, and count is missing: it must be a whole number; write count=…',
    );
    expect(refused(['{"m":1,"n":2}'], { required: ['a'], properties: { a: {}, b: {} } })).toBe(
      '"m", "n" are no argument of this tool, and a is missing: it must be a value; write a=…',
    );
    expect(refused(['text=x'], needs)).toBe('count is missing: it must be a whole number; write count=…');
  });
});

test('a tool is shown with its arguments, those that may be left out in brackets', () => {
  expect(
    signature({
      properties: { a: { type: 'string' }, b: { type: ['integer', 'null'] }, c: {} },
      required: ['a'],
    }),
  ).toBe('a=string [b=integer|null] [c=any]');
});
