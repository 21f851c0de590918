import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PerSecond } from '../../../src/upstreams/reports.ts';
import { ServerLog } from '../../../src/upstreams/stdio-log.ts';
import { Notes } from './harness.ts';

function made(total = new PerSecond(1_000, () => 0)): {
  stream: PassThrough;
  notes: Notes;
  log: ServerLog;
  pass(ms: number): void;
} {
  let now = 0;
  const stream = new PassThrough();
  const notes = new Notes();
  const redact = (text: string): string => text.replaceAll('hunter22', '***');
  const log = new ServerLog(stream, { server: 's', observer: notes, now: () => now, total, redact });
  return { stream, notes, log, pass: (ms) => void (now += ms) };
}

async function feed(stream: PassThrough, ...chunks: (string | Buffer)[]): Promise<void> {
  for (const chunk of chunks) {
    stream.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('ServerLog', () => {
  it('[STDIO-STDERR] tells line by line, wherever the chunks are split, without blank lines, colours and secrets', async () => {
    const { stream, notes, log } = made();
    await feed(stream, 'one\ntw', 'o\r\n\n \n\u001b[31mred\u001b[0m hunter22\n', 'unfini');
    expect(notes.lines).toEqual(['one', 'two', 'red ***']);
    expect(log.lastLine).toBe('red ***');
    stream.end('shed');
    await new Promise((resolve) => stream.once('end', resolve));
    expect(log.lastLine).toBe('unfinished');
  });

  it('cuts a long line to 4 KiB, however many chunks it comes in, and the last one to 300 characters', async () => {
    const { stream, notes, log } = made();
    await feed(stream, ...Array.from({ length: 50 }, () => 'x'.repeat(1_000)), '\nshort\n');
    expect(notes.lines.map((line) => line.length)).toEqual([4096, 5]);
    await feed(stream, `${'y'.repeat(3_000)}\n`);
    expect(log.lastLine).toHaveLength(300);
  });

  it('takes for the last line the error itself, not the tail of its stack trace', async () => {
    const { stream, log } = made();
    await feed(
      stream,
      'throw new Error("x")\n^\n\nError: x\n    at file.js:1\n\tat\n}\n\nNode.js v24.21.0\n',
    );
    expect(log.lastLine).toBe('Error: x');
  });

  it('[LIMIT-CHILD-LOG] tells 200 lines a second and how many it left out', async () => {
    const { stream, notes, pass, log } = made();
    await feed(stream, 'a\n'.repeat(1_000), 'last\n');
    expect(notes.lines).toHaveLength(200);
    expect(log.lastLine).toBe('last');
    pass(1_000);
    await feed(stream, 'b\n');
    expect(notes.lines.slice(200)).toEqual(['… 801 lines were left out', 'b']);
  });

  it('[LIMIT-CHILD-LOG] tells so many lines a second of all children of a server together', async () => {
    let now = 0;
    const total = new PerSecond(250, () => now);
    const [one, other] = [made(total), made(total)];
    await feed(one.stream, 'a\n'.repeat(300));
    await feed(other.stream, 'b\n'.repeat(150));
    expect([one.notes.lines.length, other.notes.lines.length]).toEqual([200, 50]);
    now = 1_000;
    other.pass(1_000);
    await feed(other.stream, 'c\n');
    expect(other.notes.lines.slice(50)).toEqual(['… 100 lines were left out', 'c']);
  });
});
