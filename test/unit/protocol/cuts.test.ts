import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, cut, elementsOf, membersOf, withoutElements } from '../../../src/protocol/cuts.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function changed(text: string, drop: readonly string[], add = ''): string {
  const bytes = encoder.encode(text);
  const object = { start: 0, end: bytes.length };
  return decoder.decode(cut(bytes, changesOf(bytes, object, { drop: new Set(drop), add })));
}

describe('members of an object are changed where they stand', () => {
  test('[BRKS-CROWDED] an object or array of more parts than any of use is left as it is', () => {
    const taken = (many: number): unknown[] => [
      membersOf(encoder.encode(`{${'"a":0,'.repeat(many - 1)}"a":0}`), { start: 0, end: many * 6 + 1 })
        ?.length,
      elementsOf(encoder.encode(`[${'0,'.repeat(many - 1)}0]`), { start: 0, end: many * 2 + 1 })?.length,
    ];
    expect(taken(200_000)).toEqual([200_000, 200_000]);
    expect(taken(200_001)).toEqual([undefined, undefined]);
  });

  test('[ERA-CUTS] what is neither dropped nor added keeps its bytes', () => {
    expect(changed('{ "a" : 1.0 , "b":{"a":2},"c":12345678901234567890 }', [])).toBe(
      '{ "a" : 1.0 , "b":{"a":2},"c":12345678901234567890 }',
    );
    expect(changed('{"a":1,"b":2,"c":3}', ['a'])).toBe('{"b":2,"c":3}');
    expect(changed('{"a":1,"b":2,"c":3}', ['b'])).toBe('{"a":1,"c":3}');
    expect(changed('{"a":1,"b":2,"c":3}', ['c'])).toBe('{"a":1,"b":2}');
    expect(changed('{"a":1,"b":2}', ['a', 'b'])).toBe('{}');
    expect(changed('{}', [], '"x":1')).toBe('{"x":1}');
    expect(changed('{"a":1}', ['a'], '"x":1')).toBe('{"x":1}');
    expect(changed('{"a":1}', [], '"x":1')).toBe('{"x":1,"a":1}');
    expect(changed('[1]', ['a'], '"x":1')).toBe('[1]');
  });

  test('[ERA-CUTS] any object comes out as if it had been taken apart and put together', () => {
    const names = fc.constantFrom<string[]>('a', 'b', 'c', 'resultType', 'ü"\\', '_meta');
    const object = fc.dictionary(names, fc.jsonValue(), { maxKeys: 6 });
    const spaces = fc.constantFrom(0, 1);
    fc.assert(
      fc.property(object, fc.uniqueArray(names), fc.boolean(), spaces, (value, drop, adds, indent) => {
        const add = adds ? '"new":[1,{"a":2}]' : '';
        const rest = Object.entries(value).filter(([name]) => !drop.includes(name));
        const wanted = Object.fromEntries(adds ? [['new', [1, { a: 2 }]], ...rest] : rest);
        const text = JSON.stringify(value, undefined, indent);
        expect(JSON.parse(changed(text, drop, add))).toEqual(JSON.parse(JSON.stringify(wanted)));
      }),
    );
  });

  test('[ERA-CUTS] what is not well-formed has no members', () => {
    for (const text of ['{"a":', '{"a" 1}', '[]', '"a"', '']) {
      const bytes = encoder.encode(text);
      expect(membersOf(bytes, { start: 0, end: bytes.length })).toBeUndefined();
    }
  });
});

describe('elements of an array', () => {
  test('[ERA-CUTS] are found where they stand, and left out without a trace', () => {
    const element = fc.constantFrom('1', '"a,]"', '{"a":[1,2]}', '[ ]', 'null');
    const space = fc.constantFrom('', ' ');
    const items = fc.array(fc.tuple(element, space, space, fc.boolean()), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(items, (all) => {
        const text = `{"x":[${all.map(([json, a, b]) => a + json + b).join(',')}],"y":1}`;
        const bytes = encoder.encode(text);
        const array = { start: 5, end: text.lastIndexOf(',"y"') };
        const elements = elementsOf(bytes, array) ?? [];
        expect(elements.map(({ start, end }) => text.slice(start, end))).toEqual(all.map(([json]) => json));
        const cuts = withoutElements(elements, (at) => all[at]?.[3] === true);
        const wanted = all.filter(([, , , isKept]) => isKept).map(([json]) => JSON.parse(json) as unknown);
        expect(JSON.parse(decoder.decode(cut(bytes, cuts)))).toEqual({ x: wanted, y: 1 });
      }),
    );
    for (const broken of ['[1 2]', '[1,', '{"a":1}', '']) {
      const bytes = encoder.encode(broken);
      expect(elementsOf(bytes, { start: 0, end: bytes.length })).toBeUndefined();
    }
    expect(elementsOf(encoder.encode('[ ]'), { start: 0, end: 3 })).toEqual([]);
  });
});
