import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../../src/protocol/lines.ts';
import { outcomeOf, readLong } from '../../../src/protocol/long.ts';
import { DEFAULT_LIMITS, readMessage, rewriteParts, splice } from '../../../src/protocol/message.ts';

const encoder = new TextEncoder();
const ID = encoder.encode('"their id"');

/** Cuts a text's bytes at the given places. */
function cut(text: string, places: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  const at = [...new Set(places.map((place) => place % bytes.length))]
    .filter((place) => place > 0)
    .sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

function joined(parts: Uint8Array | readonly Uint8Array[]): string {
  return Buffer.concat(parts instanceof Uint8Array ? [parts] : [...parts]).toString();
}

function inFour(text: string): Uint8Array[] {
  const quarter = Math.floor(Buffer.byteLength(text) / 4);
  return cut(text, [quarter, 2 * quarter, 3 * quarter]);
}

const picture = 'iVBORw0KGgo'.repeat(100);

describe('readLong', () => {
  it('[LONG-PIECES] reads an answer around one long string, and gives all of it back with another id', () => {
    const text = `{"result":{"content":[{"type":"image","data":"${picture}"}]},"jsonrpc":"2.0","id":17}`;
    const message = readLong(inFour(text), DEFAULT_LIMITS, isUtf8);
    expect(message?.gap?.pieces).toHaveLength(2);
    expect(joined(splice(message as never, { id: ID }))).toBe(text.replace('17', '"their id"'));
    expect(Buffer.from(outcomeOf(message as never)).toString()).toBe(
      text.slice(10, text.indexOf(',"jsonrpc"')),
    );
  });

  it.each([
    [
      'a quote in the middle',
      `{"jsonrpc":"2.0","id":1,"result":{"a":"${'x'.repeat(400)}","b":"${'y'.repeat(400)}"}}`,
    ],
    ['a request', `{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":"${'x'.repeat(900)}"}}`],
    ['an error', `{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"${'x'.repeat(900)}"}}`],
    ['a long id', `{"jsonrpc":"2.0","id":"${'x'.repeat(900)}","result":{"a":1}}`],
    ['numbers only', `{"jsonrpc":"2.0","id":1,"result":{"a":[${'1,'.repeat(400)}1]}}`],
    [
      'numbers behind an escaped quote',
      `{"jsonrpc":"2.0","id":1,"result":{"q":"\\"","a":[${'1,'.repeat(400)}1]}}`,
    ],
    ['a backslash where it is cut', `{"jsonrpc":"2.0","id":1,"result":{"a":"${'\\n'.repeat(400)}"}}`],
    ['text that is cut off', `{"jsonrpc":"2.0","id":1,"result":{"a":"${'x'.repeat(900)}`],
  ])('leaves %s to be joined', (_what, text) => {
    const pieces = inFour(text);
    // An even cut of `\n\n…` may fall between two escapes: cut behind a backslash to be sure.
    const at = text.indexOf('\\n', 300);
    const behind = at > 0 ? cut(text, [100, at + 1, 600]) : pieces;
    expect(readLong(behind, DEFAULT_LIMITS, isUtf8)).toBeUndefined();
  });

  it('[LONG-PIECES] refuses what is not UTF-8, wherever it is cut', () => {
    const good = Buffer.from(`{"jsonrpc":"2.0","id":1,"result":{"a":"${'é€😀'.repeat(100)}"}}`);
    for (const [at, byte] of [
      [300, 0xff],
      [301, 0xc0],
      [500, 0x80],
    ] as const) {
      const bad = Buffer.from(good);
      bad[at] = byte;
      if (isUtf8(bad)) continue;
      for (let place = at - 4; place < at + 4; place++) {
        const pieces = [
          bad.subarray(0, 200),
          bad.subarray(200, place),
          bad.subarray(place, 700),
          bad.subarray(700),
        ];
        expect(readLong(pieces, DEFAULT_LIMITS, isUtf8)).toBeUndefined();
      }
    }
  });

  it('[LONG-PIECES] says what reading the whole says, or nothing, however it is cut', () => {
    const data = fc.string({ unit: 'binary', minLength: 40, maxLength: 400 });
    const cuts = fc.array(fc.nat(), { minLength: 3, maxLength: 12 });
    const plain = fc.boolean();
    let taken = 0;
    fc.assert(
      fc.property(data, data, cuts, plain, fc.nat(1e6), (a, b, places, isPlain, id) => {
        const long = isPlain ? Buffer.from(a + b).toString('base64') : a + b;
        const text = JSON.stringify({ result: { content: [{ data: long, n: 1.5 }] }, jsonrpc: '2.0', id });
        const message = readLong(cut(text, places), DEFAULT_LIMITS, isUtf8);
        if (!message) return;
        taken++;
        const whole = readMessage(Buffer.from(text), DEFAULT_LIMITS, 'envelope');
        expect(joined(rewriteParts(message, { id: ID }))).toBe(joined(rewriteParts(whole, { id: ID })));
        expect(Buffer.from(outcomeOf(message)).toString()).toBe(Buffer.from(outcomeOf(whole)).toString());
      }),
      { numRuns: 3000 },
    );
    expect(taken).toBeGreaterThan(300);
  });
});

describe('LineReader with onPieces', () => {
  it('offers a line of several pieces, and joins it when it is not taken', () => {
    const offered: number[] = [];
    const lines: string[] = [];
    const isTaken = [true, false];
    const reader = new LineReader({
      maxBytes: 1_000,
      onPieces: (pieces) => {
        offered.push(pieces.length);
        return isTaken.shift() ?? false;
      },
    });
    const text = `${'a'.repeat(400)}\n${'b'.repeat(400)}\nshort\n`;
    for (const piece of cut(text, [100, 200, 300, 500, 600, 700])) {
      reader.push(piece, (line) => lines.push(Buffer.from(line).toString()));
    }
    expect(offered).toEqual([4, 4]);
    expect(lines).toEqual(['b'.repeat(400), 'short']);
  });
});
