/** The scanner against the grammar of RFC 8259, by hand-written cases and by `JSON.parse`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/protocol/message.ts';
import { BAD, GOOD } from './json-cases.ts';
import { bytesOf, textOf, together, WIDE, wordOf } from './support.ts';

const HEAD = '{"jsonrpc":"2.0","id":1,"method":"m","params":{"v":';

function valueBytes(text: string): Uint8Array {
  return text.startsWith('bytes:') ? Uint8Array.from(text.slice(6), (c) => c.charCodeAt(0)) : bytesOf(text);
}

function inMessage(value: Uint8Array): Uint8Array {
  return together([bytesOf(HEAD), value, bytesOf('}}')]);
}

describe('[JSON-GRAMMAR] JSON by hand', () => {
  it('has enough cases', () => expect(GOOD.length + BAD.length).toBeGreaterThan(200));

  it.each(GOOD)('takes %j', (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(wordOf(() => readMessage(inMessage(valueBytes(text)), WIDE))).toBeUndefined();
    // Alone it is JSON too, though no message.
    expect(wordOf(() => readMessage(valueBytes(text), WIDE))).not.toBe('parse_error');
  });

  it.each(BAD)('refuses %j', (text) => {
    expect(wordOf(() => readMessage(inMessage(valueBytes(text)), WIDE))).toBe('parse_error');
    expect(wordOf(() => readMessage(valueBytes(text), WIDE))).toBe('parse_error');
  });

  it('refuses every message that is cut short', () => {
    const whole = inMessage(bytesOf(JSON.stringify({ a: ['b\n', -1.5e-7, true, null, { c: 'é' }] })));
    for (let length = 0; length < whole.length; length++) {
      expect(wordOf(() => readMessage(whole.subarray(0, length)))).toBe('parse_error');
    }
    expect(wordOf(() => readMessage(whole))).toBeUndefined();
  });
});

/** JSON text with white space, escapes and numbers that `JSON.stringify` would never write. */
const space = fc.stringMatching(/^[ \t\r\n]{0,2}$/);
const number = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?$/);
const letter = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'id', 'x', '/', ' ', '{', ']', ',', ':') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\n', '\\u0061', '\\u00e9', '\\uD83D'),
  },
  { weight: 1, arbitrary: fc.constantFrom('é', '😀', '\u2028', '\u007f', '\ufeff') },
);
const string = fc.array(letter, { maxLength: 6 }).map((letters) => `"${letters.join('')}"`);
const { value: jsonText } = fc.letrec<{ value: string; array: string; object: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom('true', 'false', 'null'),
    number,
    string,
    tie('array'),
    tie('object'),
  ),
  array: fc
    .array(fc.tuple(space, tie('value'), space), { maxLength: 4 })
    .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
  object: fc
    .array(fc.tuple(space, string, space, fc.constant(':'), space, tie('value'), space), { maxLength: 4 })
    .map((members) => `{${members.map((member) => member.join('')).join(',')}}`),
}));

/** Small wounds: a byte taken out, put in or changed, or a stretch copied elsewhere. */
const token = fc.constantFrom(
  ...[
    '{',
    '}',
    '[',
    ']',
    '"',
    ',',
    ':',
    '\\',
    '\\u',
    '0',
    '1',
    '-',
    '+',
    '.',
    'e',
    'E',
    'true',
    'null',
    ' ',
    '\n',
  ],
  ...['\t', '\u0000', '\u001f', '\u00a0', '\ufeff', 'a', '/', "'"],
);
const wound = fc.record({ at: fc.nat(), drop: fc.nat({ max: 3 }), put: fc.oneof(token, fc.constant('')) });

function wounded(text: string, wounds: { at: number; drop: number; put: string }[]): string {
  return wounds.reduce((done, { at, drop, put }) => {
    const start = at % (done.length + 1);
    return done.slice(0, start) + put + done.slice(start + drop);
  }, text);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Counted in what was parsed: a reviver, which sees what was written, too, once saw a member twice. */
function membersIn(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, each) => sum + membersIn(each), own);
}

/** Whether some object lost a member on the way through `JSON.parse`. */
function losesMember(text: string): boolean {
  const colons = text.replace(/"(\\.|[^"\\])*"/gs, '').split(':').length - 1;
  return membersIn(JSON.parse(text)) < colons;
}

/** What a reader that agrees with `JSON.parse` must say of a message. */
function expectAgreement(text: string): void {
  const bytes = bytesOf(text);
  // A lone surrogate cannot be written in UTF-8.
  const sent = textOf(bytes);
  const word = wordOf(() => readMessage(bytes, WIDE));
  expect(word === 'parse_error', text).toBe(!isJson(sent));
  if (word !== 'parse_error') expect(word === 'doubled_member', text).toBe(losesMember(sent));
}

describe('[JSON-GRAMMAR] JSON by chance', () => {
  it('is taken as JSON.parse takes it', () => {
    fc.assert(
      fc.property(jsonText, (text) => expectAgreement(`${HEAD}${text}}}`)),
      { numRuns: 5000 },
    );
  });

  it('is refused as JSON.parse refuses it, when wounded', () => {
    fc.assert(
      fc.property(jsonText, fc.array(wound, { minLength: 1, maxLength: 3 }), (text, wounds) =>
        expectAgreement(`${HEAD}${wounded(text, wounds)}}}`),
      ),
      { numRuns: 10_000 },
    );
  });

  it('is refused as JSON.parse refuses it, when the whole message is wounded', () => {
    fc.assert(
      fc.property(jsonText, fc.array(wound, { minLength: 1, maxLength: 2 }), (text, wounds) => {
        const all = wounded(`${HEAD}${text}}}`, wounds);
        // Text before the first brace decides what kind of value it is; both readers must agree on that too.
        expectAgreement(all);
      }),
      { numRuns: 5000 },
    );
  });

  it('never makes the reader fail otherwise, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (noise, skims) => {
        for (const bytes of [noise, inMessage(noise)]) {
          wordOf(() => readMessage(bytes, WIDE, skims ? 'envelope' : 'full'));
        }
      }),
      { numRuns: 5000 },
    );
  });

  it('has the same facts when the outcome is skipped', () => {
    fc.assert(
      fc.property(jsonText, fc.boolean(), (text, isLast) => {
        fc.pre(!losesMember(text));
        const members = ['"jsonrpc":"2.0"', '"id":"x"', ` "result" : ${text}`];
        const bytes = bytesOf(`{${isLast ? members : members.reverse()}}`);
        expect(readMessage(bytes, WIDE, 'envelope')).toEqual(readMessage(bytes, WIDE, 'full'));
      }),
      { numRuns: 3000 },
    );
  });
});
