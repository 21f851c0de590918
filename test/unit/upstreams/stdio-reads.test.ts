import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type Message } from '../../../src/protocol/message.ts';
import { Refusals } from '../../../src/upstreams/reports.ts';
import { MessageReader } from '../../../src/upstreams/stdio-reads.ts';
import { Notes, PlayedRuntime } from './harness.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function made(maxBytes = 1_000) {
  const runtime = new PlayedRuntime();
  const stream = new PassThrough();
  const notes = new Notes();
  const messages: Message[] = [];
  const reader = new MessageReader(stream, {
    limits: { ...DEFAULT_LIMITS, bytes: maxBytes },
    runtime,
    refusals: new Refusals('s', notes, () => runtime.now()),
    onMessage: (message) => void messages.push(message),
  });
  const feed = async (chunk: string | Uint8Array): Promise<void> => {
    stream.write(chunk);
    await turn();
  };
  const ids = (): number[] =>
    messages.map(({ bytes }) => (JSON.parse(new TextDecoder().decode(bytes)) as { id: number }).id);
  return { runtime, stream, notes, messages, reader, feed, ids };
}

const line = (id: number): string => `{"jsonrpc":"2.0","id":${id},"result":{}}\n`;

describe('MessageReader', () => {
  it('reads many lines of one chunk in one turn, and lines split anywhere', async () => {
    const { feed, ids } = made();
    await feed(line(1) + line(2) + line(3).slice(0, 10));
    expect(ids()).toEqual([1, 2]);
    await feed(`${line(3).slice(10)}\r\n  \n`);
    expect(ids()).toEqual([1, 2, 3]);
  });

  it('drops and reports what is no message, and goes on', async () => {
    const { feed, ids, notes } = made();
    await feed('Server ready!\n[1]\n{"jsonrpc":"2.0"}\n{"id":1,"id":2,"jsonrpc":"2.0","result":{}}\n');
    await feed(new Uint8Array([0x7b, 0xff, 0x7d, 0x0a]));
    await feed(line(7));
    expect(ids()).toEqual([7]);
    expect(notes.refusals.map(({ code }) => code)).toEqual([
      'parse_error',
      'invalid_request',
      'invalid_request',
      'doubled_member',
      'invalid_utf8',
    ]);
    expect(JSON.stringify(notes.refusals)).not.toContain('ready');
  });

  it('drops a line over the limit without keeping it', async () => {
    const { feed, ids, notes } = made(100);
    for (let n = 0; n < 50; n += 1) await feed('x'.repeat(1_000));
    await feed(`\n${line(1)}`);
    expect(ids()).toEqual([1]);
    expect(notes.refusals).toEqual([
      {
        where: 'upstream',
        code: 'line_too_long',
        message: 'A line of more than 100 bytes was dropped; raise maxLineBytes of the server.',
        server: 's',
      },
    ]);
  });

  it.each([
    [
      'at its end, as the SDKs write it',
      `{"result":{"text":"${'x'.repeat(900)}"},"jsonrpc":"2.0","id":7}`,
      [7],
    ],
    ['at its beginning', `{"jsonrpc":"2.0","id":7,"result":{"text":"${'x'.repeat(900)}"}}`, [7]],
    ['alone at its beginning', `{"id":7,"result":{"text":"${'x'.repeat(900)}"},"jsonrpc":"2.0"}`, [7]],
    ['nowhere near', `{"result":{"text":"${'x'.repeat(900)}"},"id":7,"pad":"${'x'.repeat(300)}"}`, []],
    ['but is a question', `{"jsonrpc":"2.0","method":"m","params":{"text":"${'x'.repeat(900)}"},"id":7}`, []],
    [
      'but is an event',
      `{"jsonrpc":"2.0","method":"m","params":{"a":{"text":"${'x'.repeat(900)}"},"id":7}}`,
      [],
    ],
  ])(
    '[LIMIT-LINE-ANSWER] tells the caller of an answer over the limit whose id stands %s',
    async (_where, text, told) => {
      for (const size of [100, 64, 7, text.length]) {
        const { feed, ids } = made(200);
        for (let at = 0; at < text.length; at += size) await feed(text.slice(at, at + size));
        await feed(`\n${line(1)}`);
        expect(ids()).toEqual([...told, 1]);
      }
    },
  );

  it('takes the messages of a batch one by one', async () => {
    const { feed, ids, notes } = made();
    await feed(`[${line(1).trim()},{},${line(2).trim()}]\n`);
    expect(ids()).toEqual([1, 2]);
    expect(notes.refusals.map(({ code }) => code)).toEqual(['invalid_request']);
  });

  it('takes a last line without its end', async () => {
    const { stream, ids } = made();
    stream.end(line(1).trim());
    await new Promise((resolve) => stream.once('end', resolve));
    expect(ids()).toEqual([1]);
  });

  it('reads nothing while paused, and loses nothing', async () => {
    const { feed, ids, reader, stream } = made();
    reader.pause();
    await feed(line(1));
    expect(stream.isPaused()).toBe(true);
    expect(ids()).toEqual([]);
    reader.resume();
    await turn();
    expect(ids()).toEqual([1]);
  });

  it('reads on when the child is dead, paused or not', async () => {
    const { feed, ids, reader } = made();
    reader.pause();
    await feed(line(1));
    reader.finish();
    await turn();
    expect(ids()).toEqual([1]);
  });

  it('rests when rubbish comes in masses, loses nothing proper in it, and heeds a pause meanwhile', async () => {
    const { feed, ids, reader, runtime, stream, notes } = made();
    await feed('{\n'.repeat(2_500) + line(1));
    expect(ids()).toEqual([]);
    expect(stream.isPaused()).toBe(true);
    expect(notes.refusals).toHaveLength(10);
    reader.pause();
    reader.resume();
    expect(stream.isPaused()).toBe(true);
    runtime.pass(1_000);
    expect(ids()).toEqual([]);
    runtime.pass(1_000);
    expect(ids()).toEqual([1]);
    expect(stream.isPaused()).toBe(false);
  });

  it('says nothing after stop, and lets the stream run dry', async () => {
    const { feed, ids, reader, runtime, stream } = made();
    await feed('{\n'.repeat(1_500));
    reader.stop();
    runtime.pass(2_000);
    await feed(line(1));
    expect(ids()).toEqual([]);
    expect(stream.readableLength).toBe(0);
    expect(runtime.timers).toBe(0);
  });
});
