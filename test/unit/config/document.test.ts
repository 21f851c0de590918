import { describe, expect, test } from 'vitest';
import { Document } from '../../../src/config/document.ts';
import { ConfigError } from '../../../src/config/problems.ts';

function refused(text: string): string[] {
  try {
    Document.parse(text, 'f');
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  throw new Error('The text was taken.');
}

describe('syntax errors stand at their place', () => {
  test.each([
    ['{ "a": 1\n  "b": 2 }', 'f:2:3: a comma "," is missing before this.'],
    ['{ "a" 1 }', 'f:1:7: a colon ":" is expected here.'],
    ['{ "a": }', 'f:1:8: a value is expected here.'],
    ['{ "a": tru }', 'f:1:8: this is no JSON value; put text in double quotes.'],
    ['{ "a": "x\n}', 'f:1:8: a text is not closed; end it with a double quote.'],
    ['{ "a": "\\q" }', 'f:1:8: this escape is unknown; write a plain backslash as \\\\.'],
    ['{ "a": 1 } {}', 'f:1:12: the file should end here; remove what follows.'],
    ['{ "a": 1', 'f:1:9: a closing brace "}" is missing.'],
    ['{ a: 1 }', 'f:1:3: this is no JSON value; put text in double quotes.'],
    ['{ /* }', 'f:1:3: a comment is not closed; end it with */.'],
    ['', 'f: the file is empty; write at least { "mcpServers": { } }.'],
    [' \n', 'f: the file is empty; write at least { "mcpServers": { } }.'],
    ['[]', 'f:1:1: the file must hold an object { … } with "mcpServers".'],
    ['"x"', 'f:1:1: the file must hold an object { … } with "mcpServers".'],
  ])('%j', (text, line) => {
    expect(refused(text)[0]).toBe(line);
  });

  test('one a line, the others too', () => {
    const lines = refused('{ "a": tru tru tru,\n "b": fals }');
    expect(lines.map((line) => line.slice(0, 4))).toEqual(['f:1:', 'f:2:']);
  });

  test('in a file that nests without end', () => {
    expect(refused('['.repeat(200_000))).toEqual([
      'f: the file nests arrays and objects too deeply to be read; nest fewer.',
    ]);
  });
});

describe('a member written twice', () => {
  test('is refused, wherever it stands', () => {
    expect(refused('{ "a": [ { "b": 1,\n "\\u0062": 2 } ] }')).toEqual([
      'f:2:2: a[0].b is written twice (first on line 1); keep one of the two.',
    ]);
  });

  test('a name that objects own already is refused', () => {
    expect(refused('{ "__proto__": { } }')).toEqual([
      'f:1:3: __proto__ is not allowed as a name; choose another.',
    ]);
  });
});

test('lines may end as on Windows', () => {
  expect(refused('{\r\n"a": 1,\r\n"a": 2 }')[0]).toMatch(/^f:3:1: /);
});

test('values come out as JSON.parse gives them', () => {
  const text = '{ "a": [1, -2.5e3, "\\u00e9\\n", true, null, { "": {} }] }';
  const document = Document.parse(text, 'f');
  expect(document.value(document.root)).toEqual(JSON.parse(text));
});
