import * as fc from 'fast-check';
import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { EventReader, type WireEvent } from '../../../src/browser/event-reader.ts';

function read(pieces: readonly string[], maxLength = 1_000) {
  const events: WireEvent[] = [];
  const reader = new EventReader((event) => void events.push(event), maxLength);
  for (const piece of pieces) reader.push(piece);
  return { events, reader };
}

/** What another reader makes of it; it forgets an id that came without data. */
function readByAnother(text: string): Omit<WireEvent, 'id'>[] {
  const events: Omit<WireEvent, 'id'>[] = [];
  const parser = createParser({
    onEvent({ event = 'message', data }) {
      if (data !== '') events.push({ event, data });
    },
  });
  parser.feed(text);
  return events;
}

describe('the reader of events', () => {
  it.each<[string, string, WireEvent[]]>([
    ['one event', 'data: a\n\n', [{ event: 'message', data: 'a' }]],
    ['its type', 'event: x\ndata: a\n\n', [{ event: 'x', data: 'a' }]],
    ['a type of nothing', 'event:\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['no space', 'data:a\n\n', [{ event: 'message', data: 'a' }]],
    ['two spaces', 'data:  a\n\n', [{ event: 'message', data: ' a' }]],
    ['lines', 'data: a\ndata: b\n\n', [{ event: 'message', data: 'a\nb' }]],
    ['CRLF', 'data: a\r\n\r\n', [{ event: 'message', data: 'a' }]],
    [
      'CR',
      'data: a\r\rdata: b\r\r',
      [
        { event: 'message', data: 'a' },
        { event: 'message', data: 'b' },
      ],
    ],
    ['a byte order mark', '\uFEFFdata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['comments', ': ping\n\n:\ndata: a\n: more\n\n', [{ event: 'message', data: 'a' }]],
    ['unknown fields', 'what: x\ndata: a\nwhat\n\n', [{ event: 'message', data: 'a' }]],
    ['a field without a colon', 'data\ndata: a\n\n', [{ event: 'message', data: '\na' }]],
    [
      'an id that lasts',
      'id: 1\ndata: a\n\ndata: b\n\n',
      [
        { event: 'message', data: 'a', id: '1' },
        { event: 'message', data: 'b', id: '1' },
      ],
    ],
    ['an id taken back', 'id: 1\n\nid:\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['an id with NUL', 'id: 1\0\ndata: a\n\n', [{ event: 'message', data: 'a' }]],
    ['half an event', 'data: a\n', []],
    ['nothing', '', []],
  ])('[PAGE-EVENTS] understands %s', (_name, text, expected) => {
    expect(read([text]).events).toEqual(expected);
    expect(read(text.split('')).events).toEqual(expected);
  });

  it('[PAGE-EVENTS] understands the same however the stream is cut, and as another reader does', () => {
    const part = fc.constantFrom(
      'data: a',
      'data:',
      'event: x',
      'id: 7',
      'id',
      ': c',
      '\n',
      '\n\n',
      '\r\n',
      '{"é":1}',
      'data: {"é":"🙂"}',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), fc.array(fc.nat({ max: 60 })), (parts, cuts) => {
        const text = `${parts.join('')}\n\n`;
        const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
        const pieces = [0, ...at].map((from, n) => text.slice(from, [...at, text.length][n]));
        expect(read(pieces).events).toEqual(read([text]).events);
        const shown = read([text]).events.map(({ event, data }) => ({ event, data }));
        expect(shown).toEqual(readByAnother(text));
      }),
    );
  });

  it('[PAGE-RESUME] knows the last event that came whole, and an id without data counts', () => {
    const { reader, events } = read(['id: 1\ndata: a\n\n', 'id: 2\ndata: ', '\n\nid: 3\ndata: b\n']);
    expect([reader.lastEventId, events.length]).toEqual(['2', 1]);
  });

  it('knows how soon to come back, unless that is no number', () => {
    expect(read(['retry: 250\n']).reader.retryMs).toBe(250);
    expect(read(['retry: 2.5\nretry: -1\nretry: soon\nretry: 99999999999\n']).reader.retryMs).toBeUndefined();
  });

  it.each([
    ['data: ', 'x'.repeat(1_000)],
    [...Array.from({ length: 300 }, () => 'data: a\n')],
    ['x'.repeat(1_001)],
  ])('[PAGE-BOUNDED] refuses an event that is too large: %#', (...pieces) => {
    expect(() => read(pieces)).toThrow('An event has more than 1000 characters.');
  });

  it('[PAGE-BOUNDED] takes any number of comments and events', () => {
    const { events } = read(Array.from({ length: 1_000 }, () => `: ${'c'.repeat(900)}\ndata: a\n\n`));
    expect(events).toHaveLength(1_000);
    expect(read(Array.from({ length: 1_000 }, () => `: ${'c'.repeat(900)}\n`)).events).toEqual([]);
  });
});
