/** Regular expressions of schemas: what they match, and that no text makes them take long. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget, BudgetError, LinearPattern } from '../../../../src/engine/policy/pattern.ts';
import { PatternError } from '../../../../src/engine/policy/pattern-parser.ts';
import { workedMs } from '../../../support/cpu.ts';

const EMAIL =
  "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$";

const PATTERNS = [
  'abc',
  '^abc$',
  '^$',
  '',
  'a|b|^c$',
  '^(a|ab)(c|bcd)(d*)$',
  '^(?:a?){3}a{3}$',
  '^a{2,4}$',
  '^a{2,}b{0,3}?$',
  '^(a*)*$',
  '^(a|a)+$',
  '^(a+)+b$',
  '^.{2,5}$',
  '^[a-z0-9_-]{1,4}$',
  '^[^a-c\\]]+$',
  '\\bab\\b',
  'a\\Bb',
  '^\\d{2,3}-\\w+\\s?$',
  '^\\p{L}+$',
  '^(?=.*\\d)(?=.*[a-z]).{2,}$',
  '^(?!ab).*$',
  'a(?=b)',
  '^(?<year>\\d+)$',
  '^\\u0061\\x62\\u{63}?$',
  '^[\\uD83D\\uDE00]$',
  EMAIL,
];

const steps = () => new Budget(1_000_000);

describe('[POLICY-PATTERNS] a pattern', () => {
  it.each(PATTERNS)('matches what the engine of the language does: %s', (source) => {
    const [linear, native] = [new LinearPattern(source), new RegExp(source, 'u')];
    const part = fc.constantFrom(
      'a',
      'b',
      'c',
      'd',
      'ab',
      '1',
      '-',
      '_',
      '.',
      '@',
      ' ',
      '\n',
      'é',
      '😀',
      'A',
      ']',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        expect(linear.isIn(text, steps())).toBe(native.test(text));
      }),
      { numRuns: 300 },
    );
    for (const text of ['', 'a', 'abc', 'a@b.co', 'x.y+z@ex-ample.org', '12-a ', 'a..b@c.de'])
      expect(linear.isIn(text, steps()), text).toBe(native.test(text));
  });

  it.each([
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '(.*)*x',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(x+x+)+y',
    '.*.*.*.*=.*',
  ])('takes a time that grows with the text alone: %s', (source) => {
    const pattern = new LinearPattern(source);
    const started = workedMs();
    for (const text of [`${'a'.repeat(30_000)}!`, `${'x'.repeat(30_000)}z`])
      expect(typeof pattern.isIn(text, steps())).toBe('boolean');
    expect(workedMs() - started).toBeLessThan(1_000);
  });

  it('that looks ahead everywhere ends with the work it may do', () => {
    const pattern = new LinearPattern('(?=a*b)c');
    expect(() => pattern.isIn('a'.repeat(30_000), steps())).toThrow(BudgetError);
  });

  it.each([
    '(a)\\1',
    '(?<n>a)\\k<n>',
    '(?<=a)b',
    '(?<!a)b',
    '(',
    `^${'(a{99}){99}'.repeat(3)}$`,
    'a'.repeat(5_000),
  ])('that cannot be matched so is refused: %s', (source) => {
    expect(() => new LinearPattern(source)).toThrow(PatternError);
  });
});
