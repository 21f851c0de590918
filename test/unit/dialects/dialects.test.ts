/** The codecs of the standard, and what holds for every dialect. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionHeader, sessionNamed } from '../../../src/dialects/naming.ts';
import { queryValue } from '../../../src/dialects/query.ts';
import { stateless, streamable } from '../../../src/dialects/streamable.ts';
import { DIALECT_NAMES, dialectNamed, httpSse } from '../../../src/dialects/table.ts';
import type { Dialect } from '../../../src/engine/ports.ts';
import { bytes, head, NOW, parsed, SESSION, text } from './support.ts';

describe('HTTP with SSE', () => {
  it('names the endpoint first, as a plain URI', () => {
    expect(text(httpSse.opening(SESSION, NOW))).toBe('event: endpoint\ndata: /messages?sessionId=s1\n\n');
  });

  it('acknowledges with 202 and nothing else', () => {
    expect(httpSse.shape.accepted(NOW)).toEqual({ status: 202, headers: {} });
  });

  it('has no resumption and no priming', () => {
    expect(httpSse.resumable).toBe(false);
    expect(httpSse.priming).toBeUndefined();
    expect(text(httpSse.shape.encode({ data: bytes('{}'), id: '1' }, SESSION, NOW))).toBe(
      'event: message\ndata: {}\n\n',
    );
  });

  it('encodes each message as its own, the same as the last one or not', () => {
    const [one, two] = [bytes('{"a":1}'), bytes('{"a":2}')];
    const frames = [one, one, two, one, bytes('{"a":1}')].map((data) =>
      text(httpSse.shape.encode({ data }, SESSION, NOW)),
    );
    expect(frames).toEqual([1, 1, 2, 1, 1].map((value) => `event: message\ndata: {"a":${value}}\n\n`));
  });
});

describe('the name of a session', () => {
  it.each([
    ['sessionId=a', {}, 'a', 'plain'],
    ['x=1&session_id=b', {}, 'b', 'plain'],
    ['session_id=b&sessionId=a', {}, 'a', 'plain'],
    ['connectionId=c', {}, 'c', 'clg'],
    ['connection_id=d', {}, 'd', 'rails'],
    ['connection_id=d&sessionId=a', {}, 'a', 'plain'],
    ['', { 'mcp-session-id': 'e' }, 'e', 'plain'],
    ['', { 'x-session-id': 'f' }, 'f', 'plain'],
    ['', { 'mcp-session-id': 'e', 'x-session-id': 'f' }, 'e', 'plain'],
    ['sessionId=a', { 'mcp-session-id': 'e' }, 'a', 'plain'],
  ])('in "%s" and %j is %s, of a %s client', (query, headers, id, kind) => {
    expect(sessionNamed(head(query, headers as Record<string, string>))).toMatchObject({ id, kind });
  });

  it('is no other, however similar', () => {
    const query = 'sessionid=a&SessionId=a&xsessionId=a&sessionIdx=a&connectionid=a&connection=a';
    expect(sessionNamed(head(query, { 'session-id': 'a' }))).toBeUndefined();
  });

  it('in Streamable HTTP is its header alone', () => {
    expect(sessionHeader(head('sessionId=a', { 'mcp-session-id': 'b' }))).toBe('b');
    expect(sessionHeader(head('sessionId=a', { 'x-session-id': 'b' }))).toBeUndefined();
  });
});

describe('Streamable HTTP', () => {
  it('says nothing first, and numbers its messages', () => {
    expect(streamable.opening(SESSION, NOW)).toBeUndefined();
    const frame = text(streamable.shape.encode({ data: bytes('{}'), id: 'e-0-1' }, SESSION, NOW));
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

const ALL = [...DIALECT_NAMES.map((name) => dialectNamed(name) as Dialect), streamable, stateless];

describe.each(ALL)('the codec $name', (dialect) => {
  it('keeps the connection awake with nothing that a standard reader takes for a message', () => {
    const beat = text(dialect.heartbeat(NOW));
    expect(beat).toMatch(/\n\n$/);
    expect(parsed(beat).filter(({ event }) => event === undefined || event === 'message')).toEqual([]);
  });

  it('tells when to come back', () => {
    expect(text(dialect.retry?.(250))).toBe('retry: 250\n\n');
  });

  it.each(Object.values(dialect.shapes ?? { own: dialect.shape }))(
    'in the shape $name lets no line break of a message through as one of the stream',
    (shape) => {
      const parts = fc.array(
        fc.constantFrom('{', '}', '\n', '\r', '\r\n', 'data: x', 'id: y', 'event: z', ' ', '\u2028', '"'),
      );
      fc.assert(
        fc.property(parts, fc.boolean(), (pieces, isSplit) => {
          const json = JSON.stringify({ jsonrpc: '2.0', method: 'm' });
          const raw = pieces.filter((part) => /^[\r\n ]+$/.test(part)).join('') + json;
          const data = isSplit ? [bytes(raw.slice(0, 3)), bytes(raw.slice(3))] : bytes(raw);
          const events = parsed(text(shape.encode({ data, id: 'i' }, SESSION, NOW)));
          expect(events).toHaveLength(1);
          expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ jsonrpc: '2.0', method: 'm' });
        }),
        { numRuns: 100 },
      );
    },
  );
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
