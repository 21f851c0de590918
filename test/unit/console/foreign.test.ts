/** Text of others, as the console shows it. */
import { describe, expect, it } from 'vitest';
import { cut, piecesOf, plain } from '../../../src/console/app/foreign.ts';
import { workedMs } from '../../support/cpu.ts';

const marks = (text: string) => piecesOf(text).flatMap(({ text, isMark }) => (isMark ? [text] : []));

describe('text of others', () => {
  it('[FOREIGN-SEEN] has a name for each character that is not seen or turns things around', () => {
    const unseen = ['\u0000', '\u001b', '\u0007', '\u009b', '\u00ad', '\u061c', '\u200b', '\u200e', '\u202e'];
    unseen.push('\u2028', '\u2066', '\u2069', '\ufeff', '\u{e0041}', '\ud800', '\ufe0f', '\u{e0100}');
    for (const each of unseen) expect(marks(`a${each}b`), JSON.stringify(each)).toHaveLength(1);
    expect(marks('\u001b[31m\u202e')).toEqual(['ESC', 'U+202E']);
    expect(marks('grüße\tto\nיפו, 東京 👍')).toEqual([]);
  });

  it('[FOREIGN-SEEN] loses nothing', () => {
    const text = '\u202ea\u0000b\u200b';
    expect(piecesOf(text).map(({ text }) => text)).toEqual(['U+202E', 'a', 'NUL', 'b', 'U+200B']);
    expect(plain(text)).toBe('‹U+202E›a‹NUL›b‹U+200B›');
  });

  it('[FOREIGN-CUT] is cut between characters, and says how much is left', () => {
    expect(cut('abcdef', 4)).toEqual({ shown: 'abcd', rest: 2 });
    expect(cut('abc👍def', 4)).toEqual({ shown: 'abc', rest: 5 });
    expect(plain('x'.repeat(10), 4)).toBe('xxxx…');
  });

  it('[FOREIGN-CUT] is quick with ten million characters', () => {
    const huge = '\u202e<b>'.repeat(2_500_000);
    const startedAt = workedMs();
    plain(huge, 200);
    piecesOf(cut(huge, 20_000).shown);
    expect(workedMs() - startedAt).toBeLessThan(500);
  });
});
