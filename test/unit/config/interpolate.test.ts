import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpolate } from '../../../src/config/interpolate.ts';

describe('[CONFIG-VARIABLES] what is filled in', () => {
  test.each([
    ['${A}', { A: 'x' }, 'x'],
    ['a${A}b${B}c', { A: '1', B: '2' }, 'a1b2c'],
    ['${env:A}', { A: 'x' }, 'x'],
    ['${A:-d}', {}, 'd'],
    ['${A:-d}', { A: '' }, 'd'],
    ['${A}', { A: '' }, ''],
    ['${A:-}', {}, ''],
    ['${A:-a:-b}', {}, 'a:-b'],
    ['${env:A:-d}', {}, 'd'],
    ['$${A}', { A: 'x' }, '${A}'],
    ['$A $ {A} }{', { A: 'x' }, '$A $ {A} }{'],
    ['${A}', { A: '${B}', B: 'no' }, '${B}'],
    ['${A:-two\nlines}', {}, 'two\nlines'],
  ])('%j with %j is %j', (text, env, result) => {
    expect(interpolate(text, env)).toMatchObject({ text: result, gaps: [] });
  });
});

test('which variables went in is told', () => {
  expect(interpolate('${A}${B:-x}${C:-y}', { A: '1', C: '2' }).used).toEqual(['A', 'C']);
});

test('what could not be filled in stays and is told', () => {
  expect(interpolate('${A} ${x y} ${', {})).toMatchObject({
    text: '${A} ${x y} ${',
    used: [],
    gaps: [
      { token: '${A}', variable: 'A' },
      { token: '${x y}', variable: undefined },
      { token: '${', variable: undefined },
    ],
  });
});

test('a text without ${ is never changed', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('${'));
      expect(interpolate(text, {})).toMatchObject({ text, used: [], gaps: [] });
    }),
  );
});
