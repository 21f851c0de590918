import { isUtf8 as nativeIsUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isUtf8 } from '../../../src/protocol/utf8.ts';
import { bytesOf } from './support.ts';

describe('[CODEC-UTF8] UTF-8', () => {
  it.each(['', 'a', 'plain ASCII, a little longer', 'é', '\u07ff\u0800\ud7ff\ue000\uffff', '😀\u{10ffff}'])(
    'takes %j',
    (text) => expect(isUtf8(bytesOf(text))).toBe(true),
  );

  it.each([
    ['a lone continuation', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong letter', [0xc1, 0x81]],
    ['an overlong three', [0xe0, 0x9f, 0xbf]],
    ['an overlong four', [0xf0, 0x8f, 0xbf, 0xbf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['the last surrogate', [0xed, 0xbf, 0xbf]],
    ['U+110000', [0xf4, 0x90, 0x80, 0x80]],
    ['F5', [0xf5, 0x80, 0x80, 0x80]],
    ['FE', [0xfe]],
    ['FF', [0xff]],
    ['two bytes cut short', [0xc3]],
    ['three bytes cut short', [0xe2, 0x82]],
    ['four bytes cut short', [0xf0, 0x9f, 0x98]],
    ['a character broken by a letter', [0xe2, 0x28, 0xa1]],
    ['a third byte that is none', [0xe2, 0x82, 0x28]],
    ['Latin-1', [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0xe9, 0x69]],
  ])('refuses %s', (_, bytes) => {
    expect(isUtf8(Uint8Array.from(bytes))).toBe(false);
    expect(isUtf8(Uint8Array.from([...bytesOf('ascii before, '), ...bytes]))).toBe(false);
  });

  it('judges every two bytes, and every start of three, as the platform does', () => {
    for (let first = 0x70; first < 0x100; first++) {
      for (let second = 0; second < 0x100; second++) {
        for (const tail of [[], [0x80], [0x80, 0x80], [0x41]]) {
          const bytes = Uint8Array.from([first, second, ...tail]);
          if (isUtf8(bytes) !== nativeIsUtf8(bytes)) expect.fail(`differs on ${[...bytes]}`);
        }
      }
    }
  });

  it('judges text with wounds as the platform does', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.nat(),
        fc.nat({ max: 255 }),
        fc.boolean(),
        (text, at, byte, wound) => {
          const bytes = bytesOf(text);
          if (wound && bytes.length > 0) bytes[at % bytes.length] = byte;
          expect(isUtf8(bytes)).toBe(nativeIsUtf8(bytes));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
