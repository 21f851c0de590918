import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLine, LineReader, oneLine } from '../../../src/protocol/lines.ts';
import { bytesOf, textOf } from './support.ts';
import { workedMs } from '../../support/cpu.ts';

/** What a reader gives for these chunks; `!n` stands for an overlong line. */
function linesOf(chunks: Uint8Array[], maxBytes = 1000): string[] {
  const seen: string[] = [];
  const reader = new LineReader({ maxBytes, onOverlong: () => seen.push('!') });
  for (const chunk of chunks) reader.push(chunk, (line) => seen.push(textOf(line)));
  reader.flush((line) => seen.push(textOf(line)));
  return seen;
}

/** The same, by splitting the whole. */
function expectedLines(text: string, maxBytes: number): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line) => line !== '')
    .map((line) => (bytesOf(line).length > maxBytes ? '!' : line));
}

function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const cuts = [...new Set([0, ...places.map((place) => place % (bytes.length + 1)), bytes.length])];
  cuts.sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
}

describe('[CODEC-LINES] a line reader', () => {
  it('cuts at LF and CRLF, and leaves empty lines out', () => {
    expect(linesOf([bytesOf('a\nb\r\n\n\r\n c\rd \ne')])).toEqual(['a', 'b', ' c\rd ', 'e']);
  });

  it('gives the same lines however the chunks are split', () => {
    const text = fc.array(fc.constantFrom('a', 'bb', '{"é":1}', '\n', '\n', '\r\n', '\r', '\n\n', ' '), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(
        text,
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (parts, places, cap) => {
          const whole = parts.join('');
          expect(linesOf(cut(bytesOf(whole), places), cap)).toEqual(expectedLines(whole, cap));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('gives the same lines byte by byte', () => {
    const whole = 'abc\r\n\r\r\nabcd\r\nabcde\nabcd\rx\n\nabcd';
    const bytes = bytesOf(whole);
    expect(
      linesOf(
        [...bytes].map((byte) => Uint8Array.of(byte)),
        4,
      ),
    ).toEqual(expectedLines(whole, 4));
  });

  it('puts a line together from many chunks, small and large, in order', () => {
    const size = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 }) },
      { weight: 2, arbitrary: fc.integer({ min: 20_000, max: 40_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 65_530, max: 65_545 }) },
    );
    fc.assert(
      fc.property(fc.array(size, { minLength: 17, maxLength: 60 }), fc.boolean(), (sizes, endsAlone) => {
        let next = 0;
        const chunks = sizes.map((length) => Buffer.from(Array.from({ length }, () => 0x20 + (next++ % 95))));
        const whole = Buffer.concat(chunks);
        const lines: Uint8Array[] = [];
        const reader = new LineReader({ maxBytes: whole.length });
        const end = endsAlone ? [Buffer.from('\n')] : [Buffer.from('\nx\n')];
        for (const chunk of [...chunks, ...end]) reader.push(chunk, (line) => lines.push(line));
        expect(Buffer.compare(lines[0] as Uint8Array, whole)).toBe(0);
        expect(lines.slice(1).map(textOf)).toEqual(endsAlone ? [] : ['x']);
      }),
      { numRuns: 60 },
    );
  });

  it('does not copy a line within one chunk', () => {
    const chunk = bytesOf('one\ntwo\r\n');
    const lines: Uint8Array[] = [];
    new LineReader({ maxBytes: 100 }).push(chunk, (line) => lines.push(line));
    expect(lines.map((line) => line.buffer === chunk.buffer)).toEqual([true, true]);
  });

  it('tells an overlong line once, as soon as it is known, and goes on', () => {
    const told: number[] = [];
    const lines: string[] = [];
    const reader = new LineReader({ maxBytes: 10, onOverlong: (seen) => told.push(seen) });
    const push = (text: string) => reader.push(bytesOf(text), (line) => lines.push(textOf(line)));
    push('12345678');
    expect(told).toEqual([]);
    push('90x');
    expect(told).toEqual([11]);
    push('more and more');
    push('and more\nnext\n');
    expect(told).toEqual([11]);
    push('12345678901\nlast\n');
    expect(told).toEqual([11, 11]);
    expect(lines).toEqual(['next', 'last']);
  });

  it('holds a little more than the cap at most', () => {
    const told: number[] = [];
    const reader = new LineReader({ maxBytes: 1000, onOverlong: (seen) => told.push(seen) });
    for (let i = 0; i < 300; i++) {
      reader.push(new Uint8Array(10).fill(0x61), () => expect.fail('no line was ended'));
      expect(told).toEqual(i < 100 ? [] : [1010]);
    }
    expect(linesOf([new Uint8Array(5000).fill(0x61), bytesOf('\na\n')])).toEqual(['!', 'a']);
  });

  it('takes a line of 16 MiB in small chunks, in linear time', () => {
    const size = 16 * 1024 * 1024;
    for (const step of [65_536, 512]) {
      const chunk = Buffer.alloc(step, 0x61);
      const reader = new LineReader({ maxBytes: size });
      let length = 0;
      const start = workedMs();
      for (let sent = 0; sent < size; sent += step) reader.push(chunk, () => expect.fail('too early'));
      reader.push(bytesOf('\n'), (line) => {
        length = line.length;
        // What is put together keeps the fast search of its chunks.
        expect(Buffer.isBuffer(line)).toBe(true);
      });
      expect(length).toBe(size);
      // Joining anew with every chunk would copy 2 GB, and 256 GB.
      expect(workedMs() - start).toBeLessThan(step === 512 ? 5_000 : 1_500);
    }
  });

  it('starts afresh after the end', () => {
    const lines: string[] = [];
    const reader = new LineReader({ maxBytes: 3 });
    const note = (line: Uint8Array) => lines.push(textOf(line));
    reader.push(bytesOf('ab'), note);
    reader.flush(note);
    reader.flush(note);
    reader.push(bytesOf('abcdef'), note);
    reader.flush(note);
    reader.push(bytesOf('c\n'), note);
    expect(lines).toEqual(['ab', 'c']);
  });

  it('does not overwrite what it gave before', () => {
    const lines: Uint8Array[] = [];
    const reader = new LineReader({ maxBytes: 100 });
    for (const part of ['aa', 'bb', 'cc\ndd', 'ee', 'ff\n'])
      reader.push(bytesOf(part), (line) => lines.push(line));
    expect(lines.map(textOf)).toEqual(['aabbcc', 'ddeeff']);
  });
});

describe('a line', () => {
  it('[SEC-FRAMES] has its breaks turned into spaces', () => {
    expect(textOf(oneLine(bytesOf('{\r\n"a":1\n}')))).toBe('{  "a":1 }');
    const clean = bytesOf('{"a":"\\n\u2028"}');
    expect(oneLine(clean)).toBe(clean);
  });

  it('ends with one LF', () => {
    expect(textOf(encodeLine(bytesOf('{\n}')))).toBe('{ }\n');
    expect(textOf(encodeLine(bytesOf('')))).toBe('\n');
    expect(encodeLine(new Uint8Array(40_000).fill(0x61))).toHaveLength(40_001);
  });

  it('comes back as the same JSON', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue(), { maxLength: 5 }),
        fc.constantFrom(0, 1, '\t'),
        (values, indent) => {
          const chunks = values.map((value) => encodeLine(bytesOf(JSON.stringify(value, null, indent))));
          expect(linesOf(chunks, 1e6).map((line) => JSON.parse(line))).toEqual(
            values.map((value) => JSON.parse(JSON.stringify(value))),
          );
        },
      ),
    );
  });
});
