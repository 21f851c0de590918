import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_FIELD_BYTES, SseReader } from '../../../src/protocol/sse-reader.ts';
import { bytesOf, textOf, together } from './support.ts';
import { workedMs } from '../../support/cpu.ts';

interface Seen {
  readonly events: { type: string; data: string; id: string | undefined }[];
  readonly dropped: { head: string; tail: string }[];
  fields: number;
  pieces: number;
}

function reader(maxBytes = 1_000_000): { reader: SseReader; seen: Seen } {
  const seen: Seen = { events: [], dropped: [], fields: 0, pieces: 0 };
  const listener = {
    event(type: string, data: readonly Uint8Array[], id: string | undefined) {
      seen.events.push({ type, data: textOf(together(data)), id });
      seen.pieces = data.length;
    },
    tooLarge: (head: Uint8Array, tail: Uint8Array) =>
      void seen.dropped.push({ head: textOf(head), tail: textOf(tail) }),
    fieldTooLong: () => void seen.fields++,
  };
  return { reader: new SseReader(maxBytes, listener), seen };
}

function read(chunks: readonly (string | Uint8Array)[], maxBytes?: number): Seen & { reader: SseReader } {
  const at = reader(maxBytes);
  for (const chunk of chunks) at.reader.push(typeof chunk === 'string' ? bytesOf(chunk) : chunk);
  return { ...at.seen, reader: at.reader };
}

/** Cut at the given places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

const END = fc.constantFrom('\n', '\r', '\r\n');
const TEXT = fc.oneof(
  fc.constantFrom('', ' ', '  x', '{"a":1}', ':', 'é😀', '\uFEFF', 'x\0y', '12', '007', '-1', 'data: x'),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, '')),
);
const LINE = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        fc.constantFrom('data', 'event', 'id', 'retry', '', 'dat', 'datax', 'unknown', ' data', 'ids'),
        TEXT,
      )
      .map(([name, text]) => `${name}:${text}`),
  },
  { weight: 2, arbitrary: fc.constantFrom('data', 'event', 'id', 'retry', 'd', 'x', '\uFEFFdata: x', '\0') },
  { weight: 1, arbitrary: TEXT },
);
const STREAM = fc
  .tuple(
    fc.constantFrom('', '\uFEFF', '\uFEFF\uFEFF'),
    fc.array(fc.tuple(LINE, END), { maxLength: 24 }),
    TEXT,
  )
  .map(([mark, lines, rest]) => mark + lines.map((line) => line.join('')).join('') + rest);

describe('a reader of events', () => {
  it('[SSEREAD-SAME] sees what an event source sees, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(STREAM, fc.array(fc.nat(), { maxLength: 12 }), (stream, places) => {
        const events: Seen['events'] = [];
        let lastId = '';
        let retry: number | undefined;
        const parser = createParser({
          onEvent: ({ event, data, id }) => events.push({ type: event ?? 'message', data, id }),
          onId: (id) => (lastId = id),
          onRetry: (ms) => (retry = ms),
        });
        parser.feed(stream);
        const seen = read(cut(bytesOf(stream), places));
        expect(seen.events).toEqual(events);
        expect(seen.reader.lastEventId).toBe(lastId);
        expect(seen.reader.retryMs).toBe(retry);
        expect(seen.dropped).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('[SSEREAD-SAME] reads one byte at a time', () => {
    const stream = '\uFEFF: hello\r\nid: a\r\nevent: endpoint\rdata: /m\n\ndata\n\r\ndata:x\rdata:  é\r\r';
    const seen = read([...bytesOf(stream)].map((byte) => Uint8Array.of(byte)));
    expect(seen.events).toEqual([
      { type: 'endpoint', data: '/m', id: 'a' },
      { type: 'message', data: '', id: undefined },
      { type: 'message', data: 'x\n é', id: undefined },
    ]);
  });

  it('[SSEREAD-CR] tells an event ended by a CR at once, without waiting for what follows', () => {
    const { reader: sse, seen } = reader();
    sse.push(bytesOf('data: 1\r\r'));
    expect(seen.events).toHaveLength(1);
    sse.push(bytesOf('\ndata: 2\r\n\r'));
    expect(seen.events.map(({ data }) => data)).toEqual(['1', '2']);
  });

  it('[SSEREAD-CAP] skips an event that is too large, keeps its edges, and reads on', () => {
    const big = `{"id":7,"result":"${'x'.repeat(2_000)}"}`;
    for (const size of [1, 7, 100, 5_000]) {
      const bytes = bytesOf(`id: 1\ndata: ${big}\n\nid: 2\ndata: small\n\n`);
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      const seen = read(chunks, 1_000);
      expect(seen.dropped).toEqual([{ head: big.slice(0, 256), tail: big.slice(-256) }]);
      expect(seen.events).toEqual([{ type: 'message', data: 'small', id: '2' }]);
      expect(seen.reader.lastEventId).toBe('2');
    }
  });

  it('[SSEREAD-CAP] counts the lines of an event together, to the byte', () => {
    expect(read(['data: 1234\ndata: 56789\n\n'], 10).events).toHaveLength(1);
    expect(read(['data: 1234\ndata: 567890\n\n'], 10).dropped).toHaveLength(1);
    expect(read([`${'data\n'.repeat(12)}\n`], 10).dropped).toHaveLength(1);
  });

  it('[SSEREAD-CAP] skips a field that is too long, in one chunk and in many', () => {
    const long = `id: ${'a'.repeat(MAX_FIELD_BYTES)}\ndata: 1\n\n`;
    for (const chunks of [
      [long],
      [long.slice(0, 5_000 - 1_000), long.slice(5_000 - 1_000)],
      Array.from(long),
    ]) {
      const seen = read(chunks);
      expect(seen.events).toEqual([{ type: 'message', data: '1', id: undefined }]);
      expect(seen.reader.lastEventId).toBe('');
    }
    const { reader: sse, seen } = reader();
    for (const letter of long) sse.push(bytesOf(letter));
    expect(seen.fields).toBe(1);
  });

  it('[SSEREAD-CAP] keeps nothing of comments and unknown fields, however long', () => {
    const { reader: sse, seen } = reader(100);
    for (const start of [': ', 'unknown: ', 'database: ']) {
      sse.push(bytesOf(start));
      const chunk = new Uint8Array(64 * 1024).fill(0x61);
      for (let i = 0; i < 100; i++) sse.push(chunk);
      sse.push(bytesOf('\ndata: 1\n\n'));
    }
    expect(seen.events).toHaveLength(3);
    expect(seen.dropped).toEqual([]);
    expect(seen.fields).toBe(0);
  });

  it('[SSEREAD-LINEAR] takes time in proportion to what comes, whatever comes', () => {
    const time = (make: (n: number) => Uint8Array, step: (n: number) => number, n: number) => {
      const bytes = make(n);
      const { reader: sse } = reader(Number.MAX_SAFE_INTEGER);
      const started = workedMs();
      for (let at = 0; at < n; at += step(n)) sse.push(bytes.subarray(at, at + step(n)));
      return workedMs() - started;
    };
    const filled = (text: string) => (n: number) => Buffer.alloc(n, text);
    const cases: [(n: number) => Uint8Array, (n: number) => number][] = [
      [filled('\r'), (n) => n],
      [filled('data:\r'), (n) => n],
      [filled('d\n'), (n) => n],
      [filled('a'), () => 1],
      [(n) => Buffer.concat([Buffer.from('data:'), Buffer.alloc(n - 5, 'a')]), () => 1],
      [(n) => Buffer.concat([Buffer.from('data:'), Buffer.alloc(n - 5, 'a')]), () => 1_000],
    ];
    for (const [make, step] of cases) {
      time(make, step, 200_000);
      const small = Math.max(1, time(make, step, 400_000));
      expect(time(make, step, 1_600_000)).toBeLessThan(small * 16 + 50);
    }
  });

  it('[SSEREAD-BYTES] gives views into the chunks, not copies', () => {
    const chunk = Buffer.from('data: {"a":1}\n\n');
    let given: Uint8Array | undefined;
    new SseReader(100, {
      event: (_type, [data]) => void (given = data),
      tooLarge() {},
      fieldTooLong() {},
    }).push(chunk);
    expect(given?.buffer).toBe(chunk.buffer);
    expect(given).toBeInstanceOf(Buffer);
  });
});
