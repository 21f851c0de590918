/** Arguments held against schemas: what fits, what is told, and that no schema and no arguments make it take long. */
import * as library from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { ArgumentCheck, SchemaError } from '../../../../src/engine/policy/argument-check.ts';
import { workedMs } from '../../../support/cpu.ts';

const check = (schema: unknown) => new ArgumentCheck(JSON.stringify(schema), library);
const misfits = (schema: unknown, args: unknown) => check(schema).misfits(args);

describe('[POLICY-ARGUMENTS] arguments', () => {
  const schema = {
    type: 'object',
    properties: {
      count: { type: 'integer', maximum: 10 },
      name: { type: 'string', pattern: '^[a-z]+$', format: 'email' },
      tags: { type: 'array', items: { enum: ['a', 'b'] }, uniqueItems: true },
      at: { $ref: '#/$defs/place' },
    },
    required: ['count'],
    additionalProperties: false,
    $defs: { place: { anyOf: [{ type: 'null' }, { type: 'object', required: ['x'] }] } },
  };

  it.each([
    [{ count: 1 }, []],
    [{ count: 1, name: 'abc', tags: ['a', 'b'], at: null }, []],
    [{ count: 1, at: { x: 1 } }, []],
    [{}, [{ at: '', rule: 'required: count' }]],
    [{ count: 11 }, [{ at: '/count', rule: 'maximum' }]],
    [{ count: '1' }, [{ at: '/count', rule: 'type' }]],
    [{ count: 1.5 }, [{ at: '/count', rule: 'type' }]],
    [{ count: 1, name: 'ABC' }, [{ at: '/name', rule: 'pattern' }]],
    [{ count: 1, tags: ['a', 'secret'] }, [{ at: '/tags/1', rule: 'enum' }]],
    [{ count: 1, tags: ['a', 'a'] }, [{ at: '/tags', rule: 'uniqueItems' }]],
    [{ count: 1, other: 'secret' }, [{ at: '/other', rule: 'additionalProperties' }]],
    [null, [{ at: '', rule: 'type' }]],
    [[], [{ at: '', rule: 'type' }]],
  ])('%j are told by place and rule', (args, expected) => {
    expect(misfits(schema, args)).toEqual(expected);
  });

  it('are told a few misfits of many, and no value', () => {
    const told = misfits(schema, { count: 'planted-value', at: { y: 'planted-value' } });
    expect(JSON.stringify(told)).not.toContain('planted');
    const all = { allOf: Array.from({ length: 50 }, (_, at) => ({ required: [`m${at}`] })) };
    expect(misfits(all, {}).length).toBeLessThanOrEqual(10);
  });

  it.each([
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2020-12/schema',
    undefined,
  ])('are held against the draft that the schema names: %s', ($schema) => {
    const tuple = $schema?.includes('draft-07')
      ? { items: [{ type: 'string' }] }
      : { prefixItems: [{ type: 'string' }] };
    const list = { ...($schema ? { $schema } : {}), properties: { l: tuple } };
    expect(misfits(list, { l: [1] })).toEqual([{ at: '/l/0', rule: 'type' }]);
    expect(misfits(list, { l: ['x', 1] })).toEqual([]);
  });

  it('named as no object may be are arguments like others', () => {
    const own = JSON.parse('{"__proto__":{"count":1},"constructor":1}') as object;
    expect(misfits(schema, own)).toContainEqual({ at: '', rule: 'required: count' });
    const strict = '{"type":"object","properties":{"__proto__":{"type":"string"}}}';
    expect(new ArgumentCheck(strict, library).misfits(own)).toEqual([{ at: '/__proto__', rule: 'type' }]);
  });
});

describe('[POLICY-SCHEMAS] a schema', () => {
  const deep = (levels: number): object => (levels === 0 ? {} : { properties: { a: deep(levels - 1) } });
  it.each([
    ['elsewhere', { properties: { a: { $ref: 'https://example.com/a.json' } } }],
    ['in a file', { $ref: 'file:///etc/passwd' }],
    ['nowhere', { $ref: '#/$defs/none' }],
    ['by its own address', { $id: 'http://127.0.0.1/s', $ref: 'other.json' }],
  ])('that refers to what is %s is refused, and nothing is fetched', (_, schema) => {
    expect(() => check(schema)).toThrow(SchemaError);
  });

  it.each([
    ['too large', { description: 'x'.repeat(300_000) }],
    ['too deep', deep(100)],
    ['of too many parts', { anyOf: Array.from({ length: 11_000 }, () => ({})) }],
    ['no schema', 7],
    ['with references of the moment', { $dynamicRef: '#a' }],
    ['with a pattern that is none', { properties: { a: { pattern: '(' } } }],
    ['with a pattern that refers back', { properties: { a: { pattern: '(a)\\1' } } }],
    ['with names by wild patterns', { patternProperties: { '(a+)+$': {} } }],
    ['with what the library keeps for itself', { properties: { a: { __absolute_ref__: '#' } } }],
  ])('%s is refused', (_, schema) => {
    expect(() => check(schema)).toThrow(SchemaError);
  });

  it('may name names by plain patterns', () => {
    const schema = { patternProperties: { '^x-[a-z]+$': { type: 'string' } }, additionalProperties: false };
    expect(misfits(schema, { 'x-a': 'b' })).toEqual([]);
    expect(misfits(schema, { y: 'b' })).toEqual([{ at: '/y', rule: 'additionalProperties' }]);
  });
});

describe('[POLICY-BOMBS] what is made to take long', () => {
  /** Each alternative looks at the child before it finds that it is not meant. */
  const tree = {
    $defs: {
      node: {
        anyOf: ['a', 'b', 'c'].map((kind) => ({
          type: 'object',
          properties: { child: { $ref: '#/$defs/node' }, kind: { const: kind } },
        })),
      },
    },
    $ref: '#/$defs/node',
  };
  const nested = (levels: number): object =>
    levels === 0 ? { kind: 'c' } : { child: nested(levels - 1), kind: 'c' };

  it.each([
    [
      'a pattern',
      { properties: { a: { pattern: '^(([a-z])+.)+[A-Z]([a-z])+$' } } },
      { a: 'a'.repeat(60_000) },
    ],
    ['a pattern for a long text', { properties: { a: { pattern: '^a*$' } } }, { a: 'a'.repeat(4_000_000) }],
    ['a pattern that looks ahead', { properties: { a: { pattern: '(?=a*b)c' } } }, { a: 'a'.repeat(60_000) }],
    ['a pattern of names', { patternProperties: { 'a*b': {} } }, { ['a'.repeat(100_000)]: 1 }],
    [
      'elements that differ late',
      { properties: { a: { uniqueItems: true } } },
      { a: Array.from({ length: 100_000 }, (_, at) => [at]) },
    ],
    ['alternatives within alternatives', tree, nested(60)],
    ['a schema that is within itself', { allOf: [{ $ref: '#' }] }, {}],
    [
      'many values',
      { properties: { a: { items: { type: 'string' } } } },
      { a: Array.from({ length: 150_000 }, () => 'x') },
    ],
    ['a format', { properties: { a: { format: 'url' } } }, { a: `http://${'a'.repeat(60)}` }],
  ])('%s ends soon', (_, schema, args) => {
    const started = workedMs();
    const made = check(schema);
    try {
      expect(made.misfits(args).length).toBeLessThan(20);
    } catch (error) {
      expect(error).toBeInstanceOf(SchemaError);
    }
    expect(workedMs() - started).toBeLessThan(1_500);
  });

  it('does not keep a check from the next', () => {
    const made = check(tree);
    expect(() => made.misfits(nested(60))).toThrow('takes too much work to check');
    expect(made.misfits(nested(4))).toEqual([]);
  });
});
