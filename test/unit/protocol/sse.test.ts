import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeComment, encodeEvent, type SseEvent } from '../../../src/protocol/sse.ts';
import { bytesOf, textOf, together } from './support.ts';

function encoded(event: SseEvent): string {
  return textOf(together(encodeEvent(event)));
}

/** What a reader of the stream sees. */
function parsed(stream: string): { events: EventSourceMessage[]; retries: number[]; comments: string[] } {
  const seen = { events: [] as EventSourceMessage[], retries: [] as number[], comments: [] as string[] };
  const parser = createParser({
    onEvent: (event) => seen.events.push(event),
    onRetry: (retry) => seen.retries.push(retry),
    onComment: (comment) => seen.comments.push(comment),
    onError: (error) => {
      throw error;
    },
  });
  parser.feed(stream);
  return seen;
}

describe('an event', () => {
  it.each<[SseEvent, string]>([
    [{ data: bytesOf('{}') }, 'data: {}\n\n'],
    [{ event: 'message', data: bytesOf('{}') }, 'event: message\ndata: {}\n\n'],
    [{ event: 'endpoint', data: bytesOf('/m?s=1') }, 'event: endpoint\ndata: /m?s=1\n\n'],
    [{ event: 'message', id: 'a_1', data: bytesOf('{}') }, 'event: message\nid: a_1\ndata: {}\n\n'],
    [{ id: 'X', data: bytesOf('') }, 'id: X\ndata: \n\n'],
    [{ id: 'X', retry: 500, data: bytesOf('') }, 'id: X\nretry: 500\ndata: \n\n'],
    [{ event: 'grüezi', id: '😀', data: bytesOf('é') }, 'event: grüezi\nid: 😀\ndata: é\n\n'],
    [{ event: 'message', data: bytesOf('{\r\n"a":\n1\r}') }, 'event: message\ndata: {  "a": 1 }\n\n'],
    [{ data: bytesOf('"\u2028\u2029\u0085"') }, 'data: "\u2028\u2029\u0085"\n\n'],
    [{ data: [bytesOf('{'), bytesOf('\n'), bytesOf('}')] }, 'data: { }\n\n'],
    [{ event: 'é', data: [] }, 'event: é\ndata: \n\n'],
    [{ event: undefined, id: undefined, retry: undefined, data: bytesOf('1') }, 'data: 1\n\n'],
    [{ retry: 0, data: bytesOf('1') }, 'retry: 0\ndata: 1\n\n'],
  ])('%#', (event, text) => {
    expect(encoded(event)).toBe(text);
  });

  it('that primes carries its id and is not shown', () => {
    const { events, retries } = parsed(
      encoded({ id: 'X', retry: 3000, data: bytesOf('') }) + encoded({ data: bytesOf('1') }),
    );
    expect(retries).toEqual([3000]);
    expect(events.filter((event) => event.data !== '')).toHaveLength(1);
  });

  it.each<[Partial<SseEvent>]>([
    [{ event: 'a\nb' }],
    [{ event: 'a\rb' }],
    [{ event: 'a\0' }],
    [{ id: '1\ndata: x' }],
    [{ id: '\r' }],
    [{ id: '\0' }],
    [{ retry: -1 }],
    [{ retry: 1.5 }],
    [{ retry: Number.NaN }],
  ])('with %j is refused', (part) => {
    expect(() => encodeEvent({ data: bytesOf('1'), ...part })).toThrow(TypeError);
    expect(() => encodeEvent({ data: new Uint8Array(100_000), ...part })).toThrow(TypeError);
  });

  it('does not touch or copy a large message', () => {
    const data = new Uint8Array(40_000).fill(0x61);
    const pieces = encodeEvent({ event: 'message', data });
    expect(Array.isArray(pieces)).toBe(true);
    expect(pieces[1]).toBe(data);
    expect(encoded({ event: 'message', data })).toBe(`event: message\ndata: ${'a'.repeat(40_000)}\n\n`);
    const halves = encodeEvent({ data: [data, data] });
    expect(halves[1]).toBe(data);
    expect(halves[2]).toBe(data);
  });

  it('comes in one array when it is small', () => {
    expect(encodeEvent({ data: new Uint8Array(32 * 1024 - 1).fill(0x61) })).toBeInstanceOf(Uint8Array);
    expect(encodeEvent({ data: [bytesOf('1'), bytesOf('2')] })).toBeInstanceOf(Uint8Array);
    expect(Array.isArray(encodeEvent({ data: new Uint8Array(32 * 1024).fill(0x61) }))).toBe(true);
  });

  it('keeps line breaks out of a large message, and leaves the original alone', () => {
    for (const kind of [(n: number) => new Uint8Array(n), (n: number) => Buffer.alloc(n)]) {
      for (const [at, byte] of [
        [0, 10],
        [127, 13],
        [128, 10],
        [128, 13],
        [39_999, 13],
      ] as const) {
        const data = kind(40_000).fill(0x61);
        data[at] = byte;
        const text = encoded({ data });
        expect(text).not.toContain('\r');
        expect(text.indexOf('\n')).toBe(text.length - 2);
        expect(text).toContain('a a'.slice(at === 0 ? 1 : 0, at === 39_999 ? 2 : 3));
        expect(data[at]).toBe(byte);
      }
    }
  });

  it('[CODEC-SSE] [SEC-FRAMES] is read back as it was, by a reader of the standard', () => {
    const name = fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n\0]/.test(text));
    const event = fc.record(
      {
        event: name.filter((text) => text !== ''),
        id: name,
        retry: fc.nat(),
        data: fc.jsonValue().map((value) => JSON.stringify(value, null, 1)),
        pieces: fc.integer({ min: 0, max: 5 }),
      },
      { requiredKeys: ['data', 'pieces'] },
    );
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), (events) => {
        const stream = events.map(({ data, pieces, ...rest }) => {
          const bytes = bytesOf(data);
          const cut = Math.min(pieces, bytes.length);
          const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
          return encoded({ ...rest, data: pieces === 0 ? bytes : parts });
        });
        const seen = parsed(stream.join(textOf(encodeComment('x')))).events;
        expect(seen.map((one) => JSON.parse(one.data))).toEqual(events.map((one) => JSON.parse(one.data)));
        expect(seen.map((one) => one.event)).toEqual(events.map((one) => one.event));
      }),
      { numRuns: 1500 },
    );
  });
});

describe('a comment', () => {
  it('is one line that readers ignore', () => {
    expect(textOf(encodeComment('keepalive'))).toBe(': keepalive\n\n');
    expect(textOf(encodeComment('a\r\ndata: x'))).toBe(': a  data: x\n\n');
    expect(parsed(textOf(encodeComment('a\ndata: x'))).events).toEqual([]);
  });
});
