/** What strangers wrote, on a terminal. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutTo, fit, visible, visibleJson, widthOf } from '../../../src/cli/visible.ts';

it('[WATCH-HARMLESS] shows what would not be seen', () => {
  expect(visible('\u001b[2Jgone\u009b31m')).toBe('\\u001b[2Jgone\\u009b31m');
  expect(visible('exe\u202efdp.txt\u2066')).toBe('exe\\u202efdp.txt\\u2066');
  expect(visible('a\nb\tc\r\u2028\u0000')).toBe('a\\nb\\tc\\r\\u2028\\u0000');
  expect(visible('tag\u{e0041}ged \ud800 so\u00adft \ufeff')).toBe(
    'tag\\udb40\\udc41ged \\ud800 so\\u00adft \\ufeff',
  );
  expect(visible('👩‍👧 क्‍ष naïve')).toBe('👩‍👧 क्‍ष naïve');
  expect(visible(`z${'\u0301'.repeat(500)}`)).toBe(`z${'\u0301'.repeat(4)}`);
});

it('[WATCH-HARMLESS] leaves JSON the same JSON', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), (text) => {
      const shown = visibleJson(text);
      expect(JSON.parse(shown)).toEqual(JSON.parse(text));
      expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
    }),
    { numRuns: 50 },
  );
});

it('[WATCH-HARMLESS] keeps columns, whatever stands in them', () => {
  expect(widthOf('日本語')).toBe(6);
  expect(widthOf('e\u0301')).toBe(1);
  expect(fit('日本語です', 6)).toBe('日本… ');
  expect(fit('7', 3, 'right')).toBe('  7');
  expect(cutTo('abcdef', 3)).toBe('ab…');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      expect(widthOf(fit(visible(text), width))).toBe(width);
    }),
  );
});
