import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { httpSse } from '../../../src/dialects/http-sse.ts';
import { queryValue } from '../../../src/dialects/query.ts';
import { stateless, streamable } from '../../../src/dialects/streamable.ts';
import type { Bytes, Dialect, RequestHead } from '../../../src/engine/ports.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function text(bytes: Bytes | undefined): string {
  if (bytes === undefined) return '';
  return (bytes instanceof Uint8Array ? [bytes] : bytes).map((piece) => decoder.decode(piece)).join('');
}

/** What a standard reader makes of a frame. */
function parsed(frame: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(frame);
  return events;
}

function head(query = '', headers: Record<string, string> = {}): RequestHead {
  return { method: 'POST', path: '/messages', query, header: (name) => headers[name] };
}

describe('HTTP with SSE', () => {
  it('names the endpoint first, as a plain URI', () => {
    const opening = text(httpSse.opening({ id: 's', endpoint: '/messages?sessionId=s' }));
    expect(opening).toBe('event: endpoint\ndata: /messages?sessionId=s\n\n');
  });

  it('finds the session by either name in the query, and nowhere else', () => {
    expect(httpSse.locate(head('sessionId=a'))).toBe('a');
    expect(httpSse.locate(head('x=1&session_id=b'))).toBe('b');
    expect(httpSse.locate(head('session_id=b&sessionId=a'))).toBe('a');
    expect(httpSse.locate(head('sessionid=a&SessionId=a&xsessionId=a&sessionIdx=a'))).toBeUndefined();
    expect(httpSse.locate(head('', { 'mcp-session-id': 'a' }))).toBeUndefined();
  });

  it('acknowledges with 202 and nothing else', () => {
    expect(httpSse.accepted()).toEqual({ status: 202, headers: {} });
  });

  it('has no resumption and no priming', () => {
    expect(httpSse.resumable).toBe(false);
    expect(httpSse.priming).toBeUndefined();
    expect(text(httpSse.encode({ data: encoder.encode('{}'), id: '1' }))).toBe(
      'event: message\ndata: {}\n\n',
    );
  });

  it('encodes each message as its own, the same as the last one or not', () => {
    const [one, two] = [encoder.encode('{"a":1}'), encoder.encode('{"a":2}')];
    const frames = [one, one, two, one, encoder.encode('{"a":1}')].map((data) =>
      text(httpSse.encode({ data })),
    );
    expect(frames).toEqual([1, 1, 2, 1, 1].map((value) => `event: message\ndata: {"a":${value}}\n\n`));
  });
});

describe('Streamable HTTP', () => {
  it('finds the session by its header alone', () => {
    expect(streamable.locate(head('sessionId=a', { 'mcp-session-id': 'b' }))).toBe('b');
    expect(streamable.locate(head('sessionId=a'))).toBeUndefined();
  });

  it('says nothing first, and numbers its messages', () => {
    expect(streamable.opening({ id: 's', endpoint: '' })).toBeUndefined();
    const frame = text(streamable.encode({ data: encoder.encode('{}'), id: 'e-0-1' }));
    expect(parsed(frame)).toEqual([{ event: 'message', id: 'e-0-1', data: '{}' }]);
  });

  it('primes with an id and a time to come back, but no data', () => {
    expect(text(streamable.priming?.('e-1-0', 1_500))).toBe('id: e-1-0\nretry: 1500\ndata: \n\n');
  });

  it('without a session has no resumption', () => {
    expect([streamable.resumable, stateless.resumable]).toEqual([true, false]);
    expect(stateless.name).not.toBe(streamable.name);
  });
});

describe.each([httpSse, streamable, stateless] as Dialect[])('the codec $name', (dialect) => {
  it('keeps the connection awake with a comment that means nothing', () => {
    const beat = text(dialect.heartbeat(0));
    expect(beat).toMatch(/^:.*\n\n$/);
    expect(parsed(beat)).toEqual([]);
  });

  it('tells when to come back', () => {
    expect(text(dialect.retry?.(250))).toBe('retry: 250\n\n');
  });

  it('lets no line break of a message through as one of the stream', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('{', '}', '\n', '\r', '\r\n', 'data: x', 'id: y', 'event: z', ' ', '\u2028', '"'),
        ),
        fc.boolean(),
        (parts, isSplit) => {
          const json = JSON.stringify({ jsonrpc: '2.0', method: 'm' });
          const raw = parts.filter((part) => /^[\r\n ]+$/.test(part)).join('') + json;
          const data = isSplit
            ? [encoder.encode(raw.slice(0, 3)), encoder.encode(raw.slice(3))]
            : encoder.encode(raw);
          const events = parsed(text(dialect.encode({ data, id: 'i' })));
          expect(events).toHaveLength(1);
          expect(JSON.parse(events[0]?.data ?? '')).toEqual({ jsonrpc: '2.0', method: 'm' });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a value of a query', () => {
  it.each([
    ['a=1', 'a', '1'],
    ['b=2&a=1', 'a', '1'],
    ['a=1&a=2', 'a', '1'],
    ['a=', 'a', ''],
    ['a', 'a', undefined],
    ['', 'a', undefined],
    ['ab=1', 'a', undefined],
    ['A=1', 'a', undefined],
    ['a=x%20y+z', 'a', 'x y z'],
    ['a=%C3%A9', 'a', 'é'],
    ['a=%', 'a', undefined],
    ['a=%FF', 'a', undefined],
    ['a=b=c', 'a', 'b=c'],
    ['a=1#x', 'a', '1#x'],
  ])('in %s: %s is %s', (query, name, value) => expect(queryValue(query, name)).toBe(value));

  it('is looked for among the first only', () => {
    expect(queryValue(`${'x=1&'.repeat(100_000)}a=1`, 'a')).toBeUndefined();
  });
});
