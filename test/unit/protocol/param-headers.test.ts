import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeHeader,
  encodeHeader,
  headersOf,
  mismatchOf,
  type ParamHeader,
  paramHeadersOf,
  saysValue,
} from '../../../src/protocol/param-headers.ts';

const asObject = (properties: Record<string, unknown>) => ({ type: 'object', properties });

describe('values of headers', () => {
  test('[ASLEG-ENCODING] a text is written as it is where that is safe, else in base64', () => {
    const examples: [string, string][] = [
      ['us-west1', 'us-west1'],
      ['two words', 'two words'],
      ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
      [' padded ', '=?base64?IHBhZGRlZCA=?='],
      ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
      ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
      ['', '=?base64??='],
    ];
    for (const [text, header] of examples) {
      expect(encodeHeader(text)).toBe(header);
      expect(decodeHeader(header)).toBe(text);
    }
  });

  test('[ASLEG-ENCODING] any text comes back, and nothing that breaks a header is ever written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const header = encodeHeader(text);
        expect(header).toMatch(/^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/);
        expect(decodeHeader(header)).toBe(text);
      }),
    );
    const long = 'ü'.repeat(100_000);
    expect(decodeHeader(encodeHeader(long))).toBe(long);
  });

  test('[ASLEG-ENCODING] a value that no client may send stands for nothing', () => {
    for (const bad of [
      '=?base64?a?=',
      '=?base64?_-8=?=',
      '=?base64?gA==?=',
      '=?base64?YQ?=',
      'a\u0001',
      'ü',
      ' a',
    ])
      expect(decodeHeader(bad)).toBeUndefined();
    expect(decodeHeader('=?BASE64?YQ==?=')).toBe('=?BASE64?YQ==?=');
    expect(decodeHeader('')).toBe('');
  });
});

describe('annotations of a schema', () => {
  test('[ASLEG-ANNOTATIONS] arguments are found at every depth, by `properties` alone', () => {
    const schema = asObject({
      region: { type: 'string', 'x-mcp-header': 'Region' },
      query: { type: 'string' },
      deep: asObject({ n: { type: 'integer', 'x-mcp-header': 'N' } }),
      'x-mcp-header': { type: 'boolean', 'x-mcp-header': 'Flag', default: { 'x-mcp-header': 1 } },
    });
    expect(paramHeadersOf(schema)).toEqual(
      expect.arrayContaining([
        { header: 'mcp-param-region', path: ['region'], type: 'string' },
        { header: 'mcp-param-n', path: ['deep', 'n'], type: 'integer' },
        { header: 'mcp-param-flag', path: ['x-mcp-header'], type: 'boolean' },
      ]),
    );
    for (const none of [undefined, null, true, {}, asObject({ a: { type: 'string' } })])
      expect(paramHeadersOf(none)).toEqual([]);
  });

  test('[ASLEG-ANNOTATIONS] what breaks a rule makes the tool invalid, and the reason is told', () => {
    const a = { type: 'string', 'x-mcp-header': 'A' };
    const bad: unknown[] = [
      ...['', 'a b', 'a\r\nb', 'ü', 'a:b', 7, null].map((name) =>
        asObject({ a: { type: 'string', 'x-mcp-header': name } }),
      ),
      ...['number', 'object', 'array', 'null', undefined, ['string', 'null']].map((type) =>
        asObject({ a: { type, 'x-mcp-header': 'A' } }),
      ),
      asObject({ a, b: { ...a, 'x-mcp-header': 'a' } }),
      { 'x-mcp-header': 'A', type: 'string' },
      asObject({ list: { type: 'array', items: a } }),
      asObject({ list: { type: 'array', items: asObject({ a }) } }),
      { anyOf: [asObject({ a })] },
      { not: asObject({ a }) },
      { if: asObject({ a }) },
      { $defs: { one: asObject({ a }) } },
      { additionalProperties: a },
    ];
    for (const schema of bad) expect(paramHeadersOf(schema), JSON.stringify(schema)).toMatch(/x-mcp-header/);
  });

  test('[ASLEG-ANNOTATIONS] a schema without end is given up, not walked for ever', () => {
    let schema: unknown = {};
    for (let i = 0; i < 1_000; i++) schema = { properties: { a: schema } };
    expect(paramHeadersOf(schema)).toMatch(/too large/);
  });
});

const PARAMS: readonly ParamHeader[] = [
  { header: 'mcp-param-s', path: ['s'], type: 'string' },
  { header: 'mcp-param-n', path: ['o', 'n'], type: 'integer' },
  { header: 'mcp-param-b', path: ['b'], type: 'boolean' },
];

describe('arguments as headers', () => {
  test('[ASLEG-PARAMS] each value is said as its text; what is not there is not said', () => {
    expect(headersOf(PARAMS, { s: 'ü', o: { n: -7 }, b: false })).toEqual({
      'mcp-param-s': '=?base64?w7w=?=',
      'mcp-param-n': '-7',
      'mcp-param-b': 'false',
    });
    for (const args of [
      undefined,
      null,
      [],
      {},
      { s: null, o: 1, b: {} },
      { o: { n: 2 ** 60 } },
      { o: { n: 1.5 } },
    ])
      expect(headersOf(PARAMS, args)).toEqual({});
  });

  test('[ASLEG-PARAMS] headers and arguments are compared: missing, other and broken values are told', () => {
    const args = { s: 'ü', o: { n: 42 }, b: true };
    const told = (headers: Record<string, string>) => mismatchOf(PARAMS, args, (name) => headers[name]);
    const right = headersOf(PARAMS, args);
    expect(told(right)).toBeUndefined();
    expect(told({ ...right, 'mcp-param-n': '42.0' })).toBeUndefined();
    expect(told({ ...right, 'mcp-param-n': '0x2a' })).toMatch(/Mcp-Param-n says something else/);
    expect(told({ ...right, 'mcp-param-b': 'True' })).toMatch(/Mcp-Param-b says something else/);
    expect(told({ ...right, 'mcp-param-s': '=?base64?w7?=' })).toMatch(/Mcp-Param-s says something else/);
    expect(told({})).toBe('The header Mcp-Param-s is missing.');
    expect(mismatchOf(PARAMS, { s: null }, () => undefined)).toBeUndefined();
    expect(saysValue('a', 'a')).toBe(true);
    expect(saysValue('a', 'b')).toBe(false);
    expect(saysValue('null', null)).toBe(false);
  });
});
