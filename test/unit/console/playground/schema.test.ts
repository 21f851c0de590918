/** Schemas of servers: which can be forms, and what is said of data by them. */
import { describe, expect, it } from 'vitest';
import { judge } from '../../../../src/console/app/playground/schema/judge.ts';
import { isPlainPattern } from '../../../../src/console/app/playground/schema/schema.ts';
import { skeletonOf } from '../../../../src/console/app/playground/schema/skeleton.ts';
import { faultsOf, validator } from '../../../../src/console/app/playground/schema/validator.ts';

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const fields = (count: number) =>
  object(Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, { type: 'string' }])));

/** So deep that whoever follows it by calling itself falls. */
function deep(levels: number): object {
  let schema: object = { type: 'string' };
  for (let level = 0; level < levels; level++) schema = object({ a: schema });
  return schema;
}

describe('which schemas are forms', () => {
  it.each([
    ['a flat one', object({ a: { type: 'string' } })],
    ['one with references', { ...object({ a: { $ref: '#/$defs/a' } }), $defs: { a: { type: 'number' } } }],
    ['one that holds itself', { ...object({ next: { $ref: '#' } }) }],
    ['one whose name has a slash', { ...object({ a: { $ref: '#/$defs/x~1y' } }), $defs: { 'x/y': true } }],
    ['one of nothing', { type: 'object' }],
  ])('[PLAY-SCHEMAS] %s is', (_name, schema) => {
    expect(judge(schema).way).toBe('form');
  });

  it.each([
    ['none at all', undefined, 'no object'],
    ['a text', 'string', 'no object'],
    ['a list', [], 'no object'],
    ['one of texts', { type: 'string' }, 'does not describe an object'],
    [
      'a circle',
      {
        ...object({ a: { $ref: '#/$defs/a' } }),
        $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
      },
      'circle',
    ],
    ['a reference to itself', object({ a: { $ref: '#/properties/a' } }), 'circle'],
    ['a reference to nothing', object({ a: { $ref: '#/$defs/none' } }), 'not there'],
    ['a reference to elsewhere', object({ a: { $ref: 'https://example.com/schema.json' } }), 'not fetched'],
    ['a reference to a file', object({ a: { $ref: 'file:///etc/passwd' } }), 'not fetched'],
    ['a reference that is none', object({ a: { $ref: 7 } }), 'no text'],
    ['a type that there is not', object({ a: { type: 'strnig' } }), 'a type'],
    ['broken properties', { type: 'object', properties: [] }, 'no object'],
    ['a broken list of those required', object({}, { required: 'a' }), 'no list'],
    ['a broken enum', object({ a: { enum: 'x' } }), 'no list'],
    ['a broken anyOf', object({ a: { anyOf: {} } }), 'no list'],
    [
      'a name of JavaScript',
      JSON.parse('{"type":"object","properties":{"__proto__":{"type":"string"}}}'),
      '__proto__',
    ],
    ['one that is too deep', deep(5_000), 'too deep'],
    ['one with too many fields', fields(3_000), '3000 fields'],
  ])('[PLAY-SCHEMAS] %s is not, and it says why', (_name, schema, why) => {
    expect(judge(schema)).toMatchObject({ way: 'raw', why: expect.stringContaining(why) as string });
  });

  it('[PLAY-SCHEMAS] one of 500 fields is raw JSON first, and can be a form', () => {
    expect(judge(fields(500))).toMatchObject({ way: 'heavy', why: 'its schema has 500 fields' });
  });

  it('[PLAY-SCHEMAS] types that are not named are told by what is', () => {
    const schema = object({
      a: { enum: ['x', 'y'] },
      b: { oneOf: [{ const: 1 }, { const: 2 }] },
      c: { properties: { d: { const: true } } },
      e: { items: {} },
      f: { enum: ['x', 1] },
      properties: { type: 'string' },
      items: { type: 'string' },
      const: { type: 'string', default: { items: {} } },
    });
    const judged = judge(schema);
    expect(judged).toMatchObject({
      schema: {
        properties: {
          a: { type: 'string' },
          b: { type: 'number' },
          c: { type: 'object', properties: { d: { type: 'boolean' } } },
          e: { type: 'array' },
          properties: { type: 'string' },
          const: { default: { items: {} } },
        },
      },
    });
    expect(judged).not.toHaveProperty('schema.properties.f.type');
    expect(judged).not.toHaveProperty('schema.properties.type');
  });

  it('[PLAY-SCHEMAS] raw JSON begins with what is required, and with defaults', () => {
    const schema = object(
      {
        a: { type: 'string' },
        b: { type: 'integer', default: 3 },
        c: { type: 'string' },
        d: { enum: ['x'] },
      },
      { required: ['a', 'd'] },
    );
    expect(skeletonOf(schema)).toEqual({ a: '', b: 3, d: 'x' });
    expect(skeletonOf(null)).toEqual({});
  });
});

describe('what is said of data', () => {
  const schema = object(
    {
      name: { type: 'string', minLength: 2 },
      of: object({ n: { type: 'integer' } }),
      list: { type: 'array', items: { type: 'number' } },
    },
    { required: ['name'] },
  );

  it('[PLAY-FORM] each fault is told at its own field, once', () => {
    const faults = faultsOf(schema, { of: { n: 'x' }, list: [1, 'y'] });
    expect(faults.map(({ path, message }) => `${path.join('.')}: ${message}`).sort()).toEqual([
      'list.1: Must be of type number.',
      'name: Must be filled in.',
      'of.n: Must be of type integer.',
    ]);
    expect(faultsOf(schema, { name: 'ab' })).toEqual([]);
    expect(validator.validateFormData({}, schema as object).errorSchema).toMatchObject({
      name: { __errors: ['Must be filled in.'] },
    });
  });

  it('[PLAY-FORM] names with dots and slashes are one field each', () => {
    const odd = object({ 'a.b/c': { type: 'string' } }, { required: ['a.b/c'] });
    expect(faultsOf(odd, {})).toMatchObject([{ path: ['a.b/c'] }]);
    expect(faultsOf(odd, { 'a.b/c': 1 })).toMatchObject([{ path: ['a.b/c'] }]);
  });

  it('[PLAY-FORM] parts are judged by the whole that they belong to', () => {
    const whole = { ...object({ a: { $ref: '#/$defs/n' } }), $defs: { n: { type: 'number' } } } as object;
    expect(validator.isValid({ $ref: '#/$defs/n' }, 1, whole)).toBe(true);
    expect(validator.isValid({ $ref: '#/$defs/n' }, 'x', whole)).toBe(false);
    expect(validator.isValid({ $ref: '#/$defs/none' }, 1, whole)).toBe(false);
  });

  it('[PLAY-SCHEMAS] a pattern that could take for ever is left to the server', () => {
    const evil = object({ a: { type: 'string', pattern: '^(a+)+$' } });
    expect(faultsOf(evil, { a: `${'a'.repeat(50)}!` })).toEqual([]);
    expect(isPlainPattern('^[a-z]+$')).toBe(true);
    for (const pattern of ['(a|a)*b', '(.*)\\1', 'a*a*a*a*a*b', '(', 7])
      expect(isPlainPattern(pattern)).toBe(false);
    const plain = object({ a: { type: 'string', pattern: '^[a-z]+$' } });
    expect(faultsOf(plain, { a: '1' })).toHaveLength(1);
  });
});
