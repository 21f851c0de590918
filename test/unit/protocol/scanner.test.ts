/** Caps, members written twice, and what reading costs. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, readMessage, type Depth } from '../../../src/protocol/message.ts';
import { bytesOf, refusalOf, textOf, WIDE, wordOf } from './support.ts';
import { workedMs } from '../../support/cpu.ts';

function withParams(params: string): Uint8Array {
  return bytesOf(`{"jsonrpc":"2.0","id":1,"method":"m","params":${params}}`);
}

function withResult(result: string): Uint8Array {
  return bytesOf(`{"jsonrpc":"2.0","id":1,"result":${result}}`);
}

function nested(levels: number): string {
  return '['.repeat(levels) + ']'.repeat(levels);
}

describe('caps', () => {
  const limits = { ...DEFAULT_LIMITS, depth: 10, elements: 20 };

  it('[LIMIT-DEPTH] bound the nesting in both depths of reading', () => {
    for (const depth of ['full', 'envelope'] satisfies Depth[]) {
      for (const wrap of [withParams, withResult]) {
        expect(wordOf(() => readMessage(wrap(nested(9)), limits, depth))).toBeUndefined();
        expect(wordOf(() => readMessage(wrap(nested(10)), limits, depth))).toBe('too_deep');
        expect(wordOf(() => readMessage(wrap('{"a":'.repeat(10)), limits, depth))).toBe('too_deep');
      }
    }
  });

  it('hold against a million brackets', () => {
    expect(wordOf(() => readMessage(withParams('['.repeat(1e6))))).toBe('too_deep');
    expect(wordOf(() => readMessage(withParams('{"a":'.repeat(2e5))))).toBe('too_deep');
    expect(wordOf(() => readMessage(withResult('[{'.repeat(5e5)), DEFAULT_LIMITS, 'envelope'))).toBe(
      'too_deep',
    );
  });

  it('may be wide: nesting does not use the call stack', () => {
    const deep = { ...WIDE, depth: 1_000_000 };
    for (const depth of ['full', 'envelope'] satisfies Depth[]) {
      expect(readMessage(withResult(nested(500_000)), deep, depth).kind).toBe('response');
    }
    expect(readMessage(withParams(`${'{"a":'.repeat(1e5)}[]${'}'.repeat(1e5)}`), deep).kind).toBe('request');
  });

  it('[LIMIT-ELEMENTS] bound members and elements, all levels together', () => {
    // Four members of the message itself.
    expect(wordOf(() => readMessage(withParams(`[${Array(16).fill(1)}]`), limits))).toBeUndefined();
    expect(wordOf(() => readMessage(withParams(`[${Array(17).fill(1)}]`), limits))).toBe('too_many_elements');
    const pairs = Array.from({ length: 8 }, (_, i) => `{"a${i}":1}`);
    expect(wordOf(() => readMessage(withParams(`[${pairs}]`), limits))).toBeUndefined();
    expect(wordOf(() => readMessage(withParams(`[${pairs},0]`), limits))).toBe('too_many_elements');
  });

  it('do not count what is only skipped', () => {
    const bytes = withResult(`[${Array(1000).fill(1)}]`);
    expect(wordOf(() => readMessage(bytes, limits, 'full'))).toBe('too_many_elements');
    expect(wordOf(() => readMessage(bytes, limits, 'envelope'))).toBeUndefined();
  });

  it('bound the bytes', () => {
    const bytes = withParams('[]');
    expect(wordOf(() => readMessage(bytes, { ...limits, bytes: bytes.length }))).toBeUndefined();
    expect(wordOf(() => readMessage(bytes, { ...limits, bytes: bytes.length - 1 }))).toBe('too_large');
  });
});

describe('a member written twice', () => {
  const many = Array.from({ length: 40 }, (_, i) => `"member${i}":${i}`).join();

  it.each([
    ['at the top', '{"jsonrpc":"2.0","id":1,"method":"a","method":"b"}'],
    ['at the top, unknown', '{"jsonrpc":"2.0","x":1,"id":1,"method":"a","x":1}'],
    ['in params', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":"a","name":"b"}}'],
    ['in _meta', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"x":1,"x":2}}}'],
    ['in a deep object', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":[{"y":{"a":1,"a":2}}]}}'],
    ['after a nested object', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":{"a":{"b":1},"a":2}}}'],
    ['by an escape', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"name":"a","n\\u0061me":"b"}}'],
    ['by escapes both', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"\\u006eame":"a","n\\u0061me":"b"}}'],
    ['by a solidus', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"a/b":"a","a\\/b":"b"}}'],
    ['by an umlaut', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"é":"a","\\u00E9":"b"}}'],
    [
      'by a pair of surrogates',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{"😀":"a","\\ud83d\\uDE00":"b"}}',
    ],
    ['with an empty name', '{"jsonrpc":"2.0","id":1,"method":"a","params":{"":"a","":"b"}}'],
    ['among many', `{"jsonrpc":"2.0","id":1,"method":"a","params":{${many},"member3":0}}`],
    ['last among many', `{"jsonrpc":"2.0","id":1,"method":"a","params":{${many},"z":1,"z":0}}`],
    [
      'among many, by an escape',
      `{"jsonrpc":"2.0","id":1,"method":"a","params":{${many},"\\u006dember3":0}}`,
    ],
    [
      'in an escaped object, then plain',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{"\\u0061":1,"b":1,"b":2}}',
    ],
  ])('[MESSAGE-DOUBLED] [SEC-DIFFERENTIAL] is refused %s, and the id is told', (_, text) => {
    const refusal = refusalOf(() => readMessage(bytesOf(text)));
    expect(refusal?.word).toBe('doubled_member');
    expect(refusal?.id && textOf(refusal.id)).toBe('1');
  });

  it('is found when many names are open at once', () => {
    const names = (level: number) => Array.from({ length: 15 }, (_, i) => `"${level}-${i}":0`).join();
    const open = Array.from({ length: 60 }, (_, level) => `{${names(level)},"x":`).join('');
    const text = (last: string) => `${open}{"a":1,"${last}":2}${'}'.repeat(60)}`;
    expect(wordOf(() => readMessage(withParams(text('a'))))).toBe('doubled_member');
    expect(wordOf(() => readMessage(withParams(text('59-3'))))).toBeUndefined();
  });

  it('has no id to tell when the id itself is meant', () => {
    for (const text of [
      '{"jsonrpc":"2.0","id":1,"id":1,"method":"a"}',
      '{"jsonrpc":"2.0","id":1,"\\u0069d":2,"method":"a","id":3}',
      '{"jsonrpc":"2.0","id":1,"result":{},"result":{}}',
    ]) {
      const refusal = refusalOf(() => readMessage(bytesOf(text)));
      expect(refusal?.word).toBe('doubled_member');
      expect(refusal?.id).toBeUndefined();
    }
  });

  it('is another thing than the same name in another object', () => {
    for (const params of [
      '{"a":{"a":1},"b":{"a":1}}',
      '[{"a":1},{"a":1}]',
      '{"id":1,"method":"x","jsonrpc":"1.0","params":{"params":{}}}',
      `{"x":{${many}},"y":{${many}},"member1":1}`,
      '{"x":{"\\u0061":1},"y":{"\\u0061":1},"a":2}',
      '{"\\ud800":1,"\\ud801":2,"\\udc00":3,"\ufffd":4}',
      '{"a":1,"A":2,"a ":3,"\\u0000":4,"\\u0001":5,"":6}',
    ]) {
      expect(wordOf(() => readMessage(withParams(params)))).toBeUndefined();
    }
  });

  it('is not looked for in an outcome that is skipped', () => {
    const bytes = withResult('{"a":1,"a":2}');
    expect(wordOf(() => readMessage(bytes, DEFAULT_LIMITS, 'envelope'))).toBeUndefined();
    expect(wordOf(() => readMessage(bytes, DEFAULT_LIMITS, 'full'))).toBe('doubled_member');
    const outside = bytesOf('{"jsonrpc":"2.0","id":1,"id":2,"result":{}}');
    expect(wordOf(() => readMessage(outside, DEFAULT_LIMITS, 'envelope'))).toBe('doubled_member');
  });

  it('comes behind bad grammar', () => {
    expect(wordOf(() => readMessage(withParams('{"a":1,"a":2,}')))).toBe('parse_error');
  });
});

describe('an outcome that is skipped', () => {
  it.each(['[}', '{]', '[[]', '{"a":"b}', '[{"a":1]}', '["\\"]', ']', '}', '', 'nul', '01', '"a'])(
    'is refused when its brackets or strings do not match: %s',
    (result) => {
      const { word } = refusalOf(() => readMessage(withResult(result), DEFAULT_LIMITS, 'envelope')) ?? {};
      expect(word).toBe('parse_error');
    },
  );

  it.each([0, 1, 2, 3, 50, 94, 95, 96, 97, 200, 5000])('ends at the right quote after %i bytes', (length) => {
    for (const tail of ['', '\\\\', '\\"', '\\\\\\"', '\\"\\"\\"\\"\\"\\"', '\\"a\\"a\\"a\\"a\\"a\\\\']) {
      for (const text of ['a'.repeat(length) + tail, tail + 'a'.repeat(length), tail.repeat(length / 4)]) {
        const result = `["${text}","]"]`;
        const message = readMessage(withResult(result), WIDE, 'envelope');
        expect(message.outcome.end - message.outcome.start).toBe(result.length);
      }
    }
  });

  it('ends in the same place for a subclass with a search of its own', () => {
    const text = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      result: `${'a"'.repeat(300)}${'b'.repeat(9999)}\\`,
    });
    const plain = readMessage(bytesOf(text), WIDE, 'envelope').outcome;
    expect(readMessage(Buffer.from(text), WIDE, 'envelope').outcome).toEqual(plain);
  });
});

describe('[JSON-LINEAR] reading hostile text is linear', () => {
  /** Each text takes some tens of milliseconds; a square of its size would take minutes. */
  function expectQuick(bytes: Uint8Array, depth: Depth): void {
    const start = workedMs();
    expect(refusalOf(() => readMessage(bytes, WIDE, depth))).toBeUndefined();
    expect(workedMs() - start).toBeLessThan(5_000);
  }

  const names = (size: number, name: (i: number) => string) =>
    withParams(`{${Array.from({ length: size }, (_, i) => `"${name(i)}":0`)}}`);
  /** The same length, first, middle and last byte. */
  const alike = (i: number) => `a${String(i).padStart(6, '0')}m${'0'.repeat(6)}z`;

  it('in the number of members', () =>
    expectQuick(
      names(300_000, (i) => `m${i}`),
      'full',
    ));
  it('in members that look alike', () => expectQuick(names(300_000, alike), 'full'));
  it('in members with escapes', () =>
    expectQuick(
      names(300_000, (i) => `\\u0061${i}`),
      'full',
    ));

  it('in small objects whose members look alike or are escaped', () => {
    const object = `{${Array.from({ length: 16 }, (_, i) => `"${alike(i)}":0`)}}`;
    expectQuick(withParams(`[${Array(10_000).fill(object)}]`), 'full');
    expectQuick(withParams(`[${Array(100_000).fill('{"\\u0061":0}')}]`), 'full');
  });

  it('in backslashes and escaped quotes of a skipped outcome', () => {
    expectQuick(withResult(`"${'\\\\'.repeat(2_000_000)}"`), 'envelope');
    expectQuick(withResult(`"${`${'\\\\'.repeat(60)}\\"`.repeat(30_000)}"`), 'envelope');
    expectQuick(withResult(`[${'"",'.repeat(1_000_000)}""]`), 'envelope');
  });
});
