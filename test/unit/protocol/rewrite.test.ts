import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  copySpan,
  type Edits,
  ownNumber,
  readMessage,
  retarget,
  rewrite,
  rewriteParts,
  sameScalar,
  splice,
  type Span,
} from '../../../src/protocol/message.ts';
import { bytesOf, rawOf, textOf, together, WIDE } from './support.ts';

function whole(bytes: Uint8Array): Span {
  return { start: 0, end: bytes.length };
}

describe('rewriting', () => {
  const call = bytesOf(
    '{ "params":{"_meta":{"progressToken":"p"},"name":"x"}, "id" :12345678901234567890,"jsonrpc":"2.0","method":"m"}',
  );

  it('[MESSAGE-SPLICE] splices values in and keeps every other byte', () => {
    const message = readMessage(call);
    const out = rewrite(message, { id: bytesOf('7'), progressToken: bytesOf('"longer"') });
    expect(textOf(out)).toBe(
      '{ "params":{"_meta":{"progressToken":"longer"},"name":"x"}, "id" :7,"jsonrpc":"2.0","method":"m"}',
    );
    expect(textOf(call)).toContain('12345678901234567890');
  });

  it('gives the bytes themselves when there is nothing to do', () => {
    const message = readMessage(call);
    expect(rewrite(message, {})).toBe(call);
    expect(rewrite(message, { requestId: bytesOf('1') })).toBe(call);
    expect(rewriteParts(message, {})).toEqual([call]);
  });

  it.each([
    ['tools/call', '{"arguments":{"name":"n"}, "name" : "e\\u0063ho","_meta":{"progressToken":1}}'],
    ['completion/complete', '{"argument":{"name":"n"},"ref":{ "name": "e\\u0063ho" ,"type":"ref/prompt"}}'],
    ['resources/read', '{"name":"n","uri":"e\\u0063ho"}'],
  ])('replaces what %s is about, and nothing else', (method, params) => {
    const text = `{"jsonrpc":"2.0","params":${params},"id":9,"method":"${method}"}`;
    const other = retarget(readMessage(bytesOf(text)), 'other', bytesOf('"other"'));
    expect(other.target).toBe('other');
    expect(textOf(rewrite(other, {}))).toBe(text.replace('"e\\u0063ho"', '"other"'));
    expect(textOf(rewrite(other, { id: bytesOf('7') }))).toBe(
      text.replace('"id":9', '"id":7').replace('"e\\u0063ho"', '"other"'),
    );
  });

  it('leaves absent what is absent', () => {
    const message = readMessage(bytesOf('{"jsonrpc":"2.0","method":"notifications/initialized"}'));
    expect(rewrite(message, { id: bytesOf('1'), progressToken: bytesOf('1') })).toBe(message.bytes);
  });

  it('replaces the request of a cancellation and the token of a progress', () => {
    const cancel = readMessage(
      bytesOf('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a","reason":"r"}}'),
    );
    expect(textOf(rewrite(cancel, { requestId: bytesOf('3') }))).toContain('{"requestId":3,"reason":"r"}');
    const progress = readMessage(
      bytesOf(
        '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":3,"progress":1.0}}',
      ),
    );
    expect(textOf(rewrite(progress, { progressToken: bytesOf('"t"') }))).toContain(
      '{"progressToken":"t","progress":1.0}',
    );
  });

  it('does not copy a message in pieces', () => {
    const message = readMessage(call);
    const parts = rewriteParts(message, { id: bytesOf('7') });
    expect(parts).toHaveLength(3);
    expect(parts[0]?.buffer).toBe(call.buffer);
    expect(parts[2]?.buffer).toBe(call.buffer);
  });

  it('comes in pieces only when the message is large', () => {
    const edits = { id: bytesOf('7') };
    const small = readMessage(call);
    expect(splice(small, edits)).toEqual(rewrite(small, edits));
    const large = readMessage(bytesOf(`{"jsonrpc":"2.0","id":1,"result":"${'a'.repeat(32 * 1024)}"}`));
    expect(splice(large, edits)).toEqual(rewriteParts(large, edits));
  });

  it('keeps the kind of a large array', () => {
    const large = Buffer.from(`{"jsonrpc":"2.0","id":1,"result":"${'a'.repeat(50_000)}"}`);
    const out = rewrite(readMessage(large), { id: bytesOf('22') });
    expect(Buffer.isBuffer(out)).toBe(true);
    expect(textOf(out)).toBe(textOf(large).replace('"id":1', '"id":22'));
  });
});

/** Ids as people write them; each is the raw text. */
const rawId = fc.oneof(
  fc.integer().map(String),
  fc.constantFrom('0', '-0', '1.0', '1e3', '12345678901234567890', '""', '"\\u0000"', '"\\ud800"', '"\\/"'),
  fc.string().map((text) => JSON.stringify(text)),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 5 })
    .map((units) => JSON.stringify(String.fromCharCode(...units))),
);
const newValue = fc.oneof(
  fc.nat().map(String),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text)),
);
const indent = fc.constantFrom(undefined, 1, '\t');

/** The members in an order of their own, with raw ids where `"@id"` and the like stand. */
function write(
  members: [string, unknown][],
  space: string | number | undefined,
  raws: Record<string, string>,
) {
  let text = JSON.stringify(Object.fromEntries(members), null, space);
  for (const [mark, raw] of Object.entries(raws)) text = text.replace(`"@${mark}@"`, () => raw);
  return text;
}

/** The text with the bytes of its spans left out. */
function around(bytes: Uint8Array, spans: Span[]): string {
  const inOrder = spans.filter((span) => span.end > 0).sort((a, b) => a.start - b.start);
  let at = 0;
  let text = '';
  for (const span of inOrder) {
    text += `${textOf(bytes.subarray(at, span.start))}@`;
    at = span.end;
  }
  return text + textOf(bytes.subarray(at));
}

function spansOf(bytes: Uint8Array): Span[] {
  const { id, progressToken, requestId } = readMessage(bytes, WIDE);
  return [id, progressToken, requestId];
}

describe('any message', () => {
  it('[MESSAGE-SPLICE] is read, and rewritten in its spans only', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('request', 'progress', 'cancelled', 'response'),
        fc.oneof(fc.jsonValue(), fc.dictionary(fc.string(), fc.jsonValue())),
        rawId,
        rawId,
        fc.record({ id: newValue, progressToken: newValue, requestId: newValue }, { requiredKeys: [] }),
        fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
        indent,
        (kind, value, id, inner, edits, order, space) => {
          const members = order
            .map((i) => membersOf(kind, value)[i])
            .filter((member) => member !== undefined);
          const text = write(members, space, { id, inner });
          const bytes = bytesOf(text);
          const message = readMessage(bytes, WIDE);

          const raws: Edits = {};
          for (const key of ['id', 'progressToken', 'requestId'] as const) {
            const edit = edits[key];
            if (edit !== undefined) raws[key] = bytesOf(edit);
          }
          const out = rewrite(message, raws);
          expect(together(rewriteParts(message, raws))).toEqual(out);
          expect(around(out, spansOf(out))).toBe(around(bytes, spansOf(bytes)));

          const innerKey = kind === 'cancelled' ? 'requestId' : 'progressToken';
          const expected = write(members, space, { id: edits.id ?? id, inner: edits[innerKey] ?? inner });
          expect(JSON.parse(textOf(out))).toEqual(JSON.parse(expected));
        },
      ),
      { numRuns: 4000 },
    );
  });
});

function membersOf(kind: string, value: unknown): ([string, unknown] | undefined)[] {
  const version: [string, unknown] = ['jsonrpc', '2.0'];
  if (kind === 'response') return [version, ['id', '@id@'], ['result', { value }], ['x', value]];
  if (kind === 'request') {
    return [
      version,
      ['id', '@id@'],
      ['method', 'm'],
      ['params', { value, _meta: { x: 1, progressToken: '@inner@' } }],
    ];
  }
  const key = kind === 'progress' ? 'progressToken' : 'requestId';
  return [version, undefined, ['method', `notifications/${kind}`], ['params', { value, [key]: '@inner@' }]];
}

describe('a number of our own', () => {
  it.each([
    ['0', 0],
    ['7', 7],
    ['1234567890', 1234567890],
    ['999999999999999', 999999999999999],
    ['9999999999999999', -1],
    ['00', -1],
    ['01', -1],
    ['-1', -1],
    ['-0', -1],
    ['1.0', 1],
    ['10.00', 10],
    ['0.0', 0],
    ['1.', -1],
    ['1.01', -1],
    ['.0', -1],
    ['10', 10],
    ['100', 100],
    ['1e1', -1],
    ['"1"', -1],
    ['""', -1],
  ])('%s is %d', (raw, value) => {
    const bytes = bytesOf(`[${raw}]`);
    expect(ownNumber(bytes, { start: 1, end: bytes.length - 1 })).toBe(value);
  });

  it('is none where nothing stands', () => {
    expect(ownNumber(bytesOf('1'), { start: 0, end: 0 })).toBe(-1);
  });
});

describe('two scalars', () => {
  it.each([
    ['1', '1', true],
    ['1', '1.0', false],
    ['1', '"1"', false],
    ['10', '1e1', false],
    ['""', '""', true],
    ['"a"', '"\\u0061"', true],
    ['"\\u0061"', '"\\u0061"', true],
    ['"\\u00e9"', '"é"', true],
    ['"\\ud83d\\ude00"', '"😀"', true],
    ['"\\ud800"', '"\\ud801"', false],
    ['"a"', '"b"', false],
    ['"a"', '"ab"', false],
    ['"\\n"', '"\\u000A"', true],
    [`"${'x'.repeat(100)}\\u0061"`, `"${'x'.repeat(100)}a"`, true],
    ['"\ufeffa"', '"a\\u0020"', false],
  ])('%s and %s: %s', (a, b, same) => {
    const left = bytesOf(a);
    const right = bytesOf(b);
    expect(sameScalar(left, whole(left), right, whole(right))).toBe(same);
    expect(sameScalar(right, whole(right), left, whole(left))).toBe(same);
  });

  it('are as their values, for strings', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const plain = bytesOf(JSON.stringify(a));
        const escaped = bytesOf(`"${Array.from({ length: a.length }, (_, i) => escape(a, i)).join('')}"`);
        const other = bytesOf(JSON.stringify(b));
        expect(sameScalar(plain, whole(plain), escaped, whole(escaped))).toBe(true);
        expect(sameScalar(escaped, whole(escaped), other, whole(other))).toBe(a === b);
      }),
    );
  });

  it('are unlike when one is absent', () => {
    const bytes = bytesOf('1');
    expect(sameScalar(bytes, { start: 0, end: 0 }, bytes, { start: 0, end: 0 })).toBe(false);
    expect(sameScalar(bytes, whole(bytes), bytes, { start: 0, end: 0 })).toBe(false);
  });
});

function escape(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
}

describe('a copied span', () => {
  it('lives on its own', () => {
    const bytes = bytesOf('{"jsonrpc":"2.0","id":"abc","method":"m"}');
    const { id } = readMessage(bytes);
    const copy = copySpan(bytes, id);
    bytes.fill(0);
    expect(textOf(copy)).toBe('"abc"');
    expect(copy.buffer.byteLength).toBe(5);
    expect(copySpan(bytes, { start: 0, end: 0 })).toHaveLength(0);
    expect(rawOf(copy, whole(copy))).toBe('"abc"');
  });
});
