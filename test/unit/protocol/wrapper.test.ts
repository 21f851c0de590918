/** The members around a message that name a connection. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, readBody } from '../../../src/protocol/message.ts';
import { unwrap } from '../../../src/protocol/wrapper.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function unwrapped(text: string): { wrapper: unknown; text: string } | undefined {
  const found = unwrap(encoder.encode(text), DEFAULT_LIMITS);
  return found && { wrapper: found.wrapper, text: decoder.decode(found.bytes) };
}

function isWrapped(text: string): boolean {
  return readBody(encoder.encode(text)).isWrapped;
}

const PING = '"jsonrpc":"2.0","id":1,"method":"ping"';

describe('a wrapper', () => {
  it.each([
    [`{"connectionId":"c",${PING}}`, `{${PING}}`, { connectionId: 'c' }],
    [`{${PING},"connectionId":"c"}`, `{${PING}}`, { connectionId: 'c' }],
    [`{"connectionId":"c","protocol":"sse",${PING}}`, `{${PING}}`, { connectionId: 'c', protocol: 'sse' }],
    [
      `{"protocol":"sse","jsonrpc":"2.0","connectionId":"c","id":1,"method":"ping"}`,
      `{${PING}}`,
      { connectionId: 'c', protocol: 'sse' },
    ],
    [`{${PING},"connection_id":"r"}`, `{${PING}}`, { connection_id: 'r' }],
    [`{ "connection_id" : "r" , ${PING} }\n`, `{ ${PING} }\n`, { connection_id: 'r' }],
    [`{${PING} ,\n "connection_id":"r"\t}`, `{${PING}\t}`, { connection_id: 'r' }],
    [`{${PING},"connection\\u0049d":"\\u0063"}`, `{${PING}}`, { connectionId: 'c' }],
    [`{${PING},"connectionId":7,"protocol":null}`, `{${PING}}`, { connectionId: '', protocol: '' }],
    [`{"connectionId":"a","connectionId":"b",${PING}}`, `{${PING}}`, { connectionId: 'a' }],
    [`{"connectionId":{"connectionId":"x"}}`, '{}', { connectionId: '' }],
    ['{"connectionId":"c","bad":true}', '{"bad":true}', { connectionId: 'c' }],
  ])('%s', (text, rest, wrapper) => {
    expect(unwrapped(text)).toEqual({ wrapper, text: rest });
  });

  it.each([
    `{${PING}}`,
    `{${PING},"params":{"connectionId":"c","protocol":"sse"}}`,
    `{${PING},"ConnectionId":"c","connection-id":"c"}`,
    `[{${PING},"connectionId":"c"}]`,
    '{"connectionId":"c"} x',
    'null',
    '',
    '{}',
  ])('is not in %s', (text) => expect(unwrapped(text)).toBeUndefined());

  it('is told of what cannot be read, too, as far as it can', () => {
    const text = '{"connectionId":"c",';
    expect(unwrapped(text)).toEqual({ wrapper: { connectionId: 'c' }, text });
  });

  it('is noticed while a message is read, at its top alone', () => {
    expect(isWrapped(`{${PING},"connectionId":"c"}`)).toBe(true);
    expect(isWrapped(`{${PING},"connection\\u005fid":"c"}`)).toBe(true);
    expect(isWrapped(`{"protocol":"x",${PING}}`)).toBe(true);
    expect(isWrapped(`{${PING},"params":{"connectionId":"c","_meta":{"protocol":"x"}}}`)).toBe(false);
    expect(isWrapped(`[{${PING}}]`)).toBe(false);
  });

  it('leaves every other byte as it was, wherever it stands', () => {
    const name = fc.constantFrom(
      '"a"',
      '"b"',
      '"connectionId"',
      '"protocol"',
      '"c"',
      '"connection_id"',
      '"d"',
    );
    const value = fc.constantFrom(
      '1.0',
      '"x,y}"',
      '{"connectionId":[1, 2]}',
      '[ ]',
      'null',
      '9007199254740993',
    );
    const space = fc.constantFrom('', ' ', '\n\t');
    const member = fc.record({ name, value, before: space, mid: space, after: space });
    fc.assert(
      fc.property(fc.uniqueArray(member, { selector: (m) => m.name, maxLength: 7 }), (members) => {
        const written = (list: typeof members) =>
          `{${list.map((m) => `${m.before}${m.name}${m.mid}:${m.mid}${m.value}${m.after}`).join(',')}}`;
        const rest = members.filter(({ name: n }) => !/conn|prot/.test(n));
        const found = unwrapped(written(members));
        expect(found === undefined).toBe(rest.length === members.length);
        if (!found) return;
        expect(JSON.parse(found.text)).toEqual(JSON.parse(written(rest)));
        for (const { name: n, mid, value: v } of rest) expect(found.text).toContain(`${n}${mid}:${mid}${v}`);
      }),
    );
  });
});
