import { describe, expect, it } from 'vitest';
import { cutMessage } from '../../../src/protocol/cuts.ts';
import { readMessage, retarget, rewrite } from '../../../src/protocol/message.ts';
import { traceCuts, traceIn } from '../../../src/protocol/traced.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const T = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const OTHER = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01';

function written(text: string, trace: Parameters<typeof traceCuts>[1], progressToken?: string): string {
  const message = readMessage(encode(text));
  const edits = { id: encode('7'), cuts: traceCuts(message, trace) };
  return decode(rewrite(message, progressToken ? { ...edits, progressToken: encode(progressToken) } : edits));
}

describe('a trace in `_meta`', () => {
  it.each([
    [
      'without params',
      '{"jsonrpc":"2.0","id":1,"method":"a"}',
      `{"params":{"_meta":{"traceparent":"${T}"}},"jsonrpc":"2.0","id":7,"method":"a"}`,
    ],
    [
      'with space in front',
      ' {"jsonrpc":"2.0","id":1,"method":"a"}',
      ` {"params":{"_meta":{"traceparent":"${T}"}},"jsonrpc":"2.0","id":7,"method":"a"}`,
    ],
    [
      'with empty params',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{ }}',
      `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":{"traceparent":"${T}"} }}`,
    ],
    [
      'without `_meta`',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{"x":1.0}}',
      `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":{"traceparent":"${T}"},"x":1.0}}`,
    ],
    [
      'with an empty one',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{}}}',
      `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":{"traceparent":"${T}"}}}`,
    ],
    [
      'beside others',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{ "k" : 1e2}}}',
      `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":{"traceparent":"${T}", "k" : 1e2}}}`,
    ],
    [
      'in place of another',
      `{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"a":1,"traceparent":"${OTHER}","b":2}}}`,
      `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":{"a":1,"traceparent":"${T}","b":2}}}`,
    ],
    [
      'in place of no text',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"traceparent":{"a":[1]}}}}',
      `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":{"traceparent":"${T}"}}}`,
    ],
    [
      'params that are a list',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":[1]}',
      '{"jsonrpc":"2.0","id":7,"method":"a","params":[1]}',
    ],
    [
      'a `_meta` that is none',
      '{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":3}}',
      '{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":3}}',
    ],
  ])('[TRACE-BYTES] is written %s, and nothing else', (_where, before, after) => {
    expect(written(before, { traceparent: T })).toBe(after);
  });

  it('[TRACE-BYTES] is written beside our number in place of the progress token, wherever that stands', () => {
    const of = (meta: string) =>
      written(`{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":${meta}}}`, { traceparent: T }, '7');
    const inside = (meta: string) => `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":${meta}}}`;
    expect(of('{"progressToken":"p"}')).toBe(inside(`{"traceparent":"${T}","progressToken":7}`));
    expect(of(`{"progressToken":"p","traceparent":"${OTHER}"}`)).toBe(
      inside(`{"progressToken":7,"traceparent":"${T}"}`),
    );
    expect(of(`{"traceparent":"${OTHER}","progressToken":"p"}`)).toBe(
      inside(`{"traceparent":"${T}","progressToken":7}`),
    );
  });

  it('[TRACE-BYTES] takes the place of what belongs to another trace, and leaves what stands there already', () => {
    const text = (meta: string) => `{"jsonrpc":"2.0","id":7,"method":"a","params":{"_meta":${meta}}}`;
    const same = text(`{"traceparent":"${T}","tracestate":"a=1"}`);
    expect(written(same, { traceparent: T, tracestate: 'a=1' })).toBe(same);
    expect(written(text('{"tracestate":"a=1"}'), { traceparent: T })).toBe(
      text(`{"traceparent":"${T}","tracestate":""}`),
    );
    expect(written(text('{"baggage":"\\\\"}'), { traceparent: T, tracestate: 'v="\\' })).toBe(
      text(`{"traceparent":"${T}","tracestate":"v=\\"\\\\","baggage":""}`),
    );
  });

  it('[TRACE-BYTES] is found again in a message that was changed on its way', () => {
    const message = readMessage(
      encode(
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a","_meta":{"traceparent":"${OTHER}"}}}`,
      ),
    );
    const changed = cutMessage(message, []);
    const other = retarget(message, 'b', encode('"b"'));
    for (const one of [message, changed, other]) {
      expect(traceIn(one)?.traceparent).toBe(OTHER);
      const bytes = decode(rewrite(one, { cuts: traceCuts(one, { traceparent: T }) }));
      const name = one === other ? 'b' : 'a';
      expect(bytes).toBe(
        `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","_meta":{"traceparent":"${T}"}}}`,
      );
    }
  });

  it('[TRACE-BYTES] is none where `_meta` says nothing of one', () => {
    const none = readMessage(
      encode('{"jsonrpc":"2.0","id":1,"method":"a","params":{"_meta":{"tracestate":"a=1"}}}'),
    );
    expect(traceIn(none)).toBeUndefined();
  });
});
