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
  const ids = (): (number | string)[] =>
    messages.map(({ bytes }) => (JSON.parse(new TextDecoder().decode(bytes)) as { id: number | string }).id);
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
      'but is a question that names its method at its end',
      `{"jsonrpc":"2.0","id":7,"params":{"text":"${'x'.repeat(900)}"},"method":"sampling/createMessage"}`,
      [],
    ],
    [
      'at its end, but is a question',
      `{"params":{"text":"${'x'.repeat(900)}"},"method":"m","jsonrpc":"2.0","id":7}`,
      [],
    ],
    [
      'but has a result and a method',
      `{"jsonrpc":"2.0","id":7,"result":{},"params":{"text":"${'x'.repeat(900)}"},"method":"m"}`,
      [],
    ],
    ['in two places that differ', `{"id":8,"result":{"text":"${'x'.repeat(900)}"},"id":7}`, []],
    [
      'beside a member of the result that is called method',
      `{"id":7,"result":{"method":"x","text":"${'x'.repeat(900)}","method":"GET"},"jsonrpc":"2.0"}`,
      [7],
    ],
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

  const deep = `${'['.repeat(200)}${']'.repeat(200)}`;

  it.each([
    ['nests too deep', `{"jsonrpc":"2.0","id":7,"result":${deep}}`, 'too_deep', 'nests too many'],
    ['nests too deep, id last', `{"result":${deep},"jsonrpc":"2.0","id":7}`, 'too_deep', 'nests too many'],
    ['has a doubled member', '{"jsonrpc":"2.0","id":7,"result":{},"result":{}}', 'doubled_member', 'twice'],
    ['has no version', '{"id":7,"result":{}}', 'invalid_request', '`jsonrpc`'],
    ['has an error that is a text', '{"jsonrpc":"2.0","id":7,"error":"no"}', 'invalid_request', '`error`'],
    ['ends in the middle', '{"jsonrpc":"2.0","id":7,"result":{"a":1}', 'parse_error', 'too early'],
    ['is not UTF-8', '{"jsonrpc":"2.0","id":7,"result":{"a":"\xff"}}', 'invalid_utf8', 'not UTF-8'],
    [
      'names the id as a text',
      '{"jsonrpc":"2.0","id":"7","result":{}}',
      'upstream_bad_answer',
      'as a string',
    ],
  ])('[STDIO-BAD-ANSWER] tells the caller at once of an answer that %s', async (_what, text, code, why) => {
    const { feed, messages, notes, ids } = made();
    await feed(Buffer.from(`${text}\n${line(8)}`, 'latin1'));
    expect(ids()).toEqual([7, 8]);
    const told = JSON.parse(new TextDecoder().decode(messages[0]?.bytes)) as { error: object };
    expect(told.error).toMatchObject({ code: -32000, data: { code: 'upstream_bad_answer' } });
    expect(JSON.stringify(told)).toContain(why);
    expect(notes.refusals.map((refusal) => refusal.code)).toEqual([code]);
  });

  it.each([
    ['a question', `{"jsonrpc":"2.0","id":7,"method":"m","params":${deep}}`],
    ['a question, method last', `{"jsonrpc":"2.0","id":7,"params":${deep},"method":"m"}`],
    ['a question with its id last', `{"params":${deep},"method":"m","jsonrpc":"2.0","id":7}`],
    ['a question with its id and method last', `{"params":${deep},"jsonrpc":"2.0","id":7,"method":"m"}`],
    ['a notification', `{"jsonrpc":"2.0","method":"m","params":${deep}}`],
    ['an answer with two ids', '{"jsonrpc":"2.0","id":7,"result":{},"id":8}'],
    ['an answer to somebody else', `{"jsonrpc":"2.0","id":"a","result":${deep}}`],
    ['rubbish', 'id":7,"result":{}}'],
  ])('[STDIO-BAD-ANSWER] tells nobody of %s that cannot be taken', async (_what, text) => {
    const { feed, ids, notes } = made();
    await feed(`${text}\n`);
    expect(ids()).toEqual([]);
    expect(notes.refusals).toHaveLength(1);
  });

  it('[STDIO-BAD-ANSWER] leaves questions with a text for an id as they are', async () => {
    const { feed, ids } = made();
    await feed('{"jsonrpc":"2.0","id":"7","method":"ping"}\n{"jsonrpc":"2.0","id":"a7","result":{}}\n');
    expect(ids()).toEqual(['7', 'a7']);
  });

  it('[STDIO-BAD-ANSWER] leaves an answer in whose midst the child died to the news of its death', async () => {
    const { stream, ids } = made();
    stream.end('{"jsonrpc":"2.0","id":7,"result":{"a":');
    await new Promise((resolve) => stream.once('end', resolve));
    expect(ids()).toEqual([]);
  });

  it.each([
    ['is not JSON', '{"jsonrpc":"2.0","id":7,"result":{"a":tru}}'],
    ['is no JSON at all', 'tru'],
    ['is followed by rubbish', '{"jsonrpc":"2.0","id":7,"result":{}}x'],
    ['nests too deep', `{"jsonrpc":"2.0","id":7,"result":${deep}}`],
    ['is not UTF-8', '{"jsonrpc":"2.0","id":7,"result":{"a":"\xff"}}'],
    ['has brackets that do not match', '{"jsonrpc":"2.0","id":7,"result":{"a":[}}', [1, 7]],
  ])('[STDIO-BATCH-BROKEN] reads the others of a batch of which one %s', async (_what, broken, told?) => {
    const { feed, ids, notes } = made();
    await feed(Buffer.from(`[${line(1).trim()}, ${broken}, ${line(2).trim()}]\n`, 'latin1'));
    expect(ids()).toEqual(told ?? (broken === 'tru' ? [1, 2] : [1, 7, 2]));
    expect(notes.refusals).toHaveLength(1);
  });

  it('drops a batch that is empty, never ends, or is too long', async () => {
    const { feed, ids, notes } = made();
    await feed(`[]\n[\n[${'1,'.repeat(100)}1]\n${line(1)}`);
    expect(ids()).toEqual([1]);
    expect(notes.refusals.map(({ code }) => code)).toEqual(['batch_empty', 'parse_error', 'batch_too_long']);
  });

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

  it('[STDIO-LAST-ANSWER] reads what the child left behind its rubbish when it died, without a rest', async () => {
    const { feed, ids, reader, runtime, stream } = made();
    await feed('{\n'.repeat(1_500) + line(1));
    expect(ids()).toEqual([]);
    reader.finish();
    expect(ids()).toEqual([1]);
    await feed('{\n'.repeat(1_500) + line(2));
    expect(ids()).toEqual([1, 2]);
    expect([runtime.timers, stream.isPaused()]).toEqual([0, false]);
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
