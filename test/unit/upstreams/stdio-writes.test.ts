import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineWriter } from '../../../src/upstreams/stdio-writes.ts';
import { bytes } from './harness.ts';

/** Keeps what it is given per system call. */
class Sink extends Writable {
  readonly calls: string[] = [];
  isStuck = false;
  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.calls.push(chunk.toString());
    if (!this.isStuck) done();
  }
  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.calls.push(Buffer.concat(chunks.map(({ chunk }) => chunk)).toString());
    if (!this.isStuck) done();
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('LineWriter', () => {
  it('sends all lines of one turn in one write, in order, for each of several writers', async () => {
    const sinks = [new Sink(), new Sink()];
    const writers = sinks.map((sink) => new LineWriter(sink));
    for (const text of ['{"a":1}', '{"b":2}', '{"c":3}']) {
      for (const writer of writers) writer.write(bytes(text));
      await Promise.resolve();
    }
    expect(sinks[0]?.calls).toEqual([]);
    await turn();
    writers[0]?.write(bytes('{"d":4}'));
    await turn();
    expect(sinks[0]?.calls).toEqual(['{"a":1}\n{"b":2}\n{"c":3}\n', '{"d":4}\n']);
    expect(sinks[1]?.calls).toEqual(['{"a":1}\n{"b":2}\n{"c":3}\n']);
  });

  it('gathers large lines into one write', async () => {
    const sink = new Sink();
    const writer = new LineWriter(sink);
    const large = JSON.stringify('x'.repeat(100_000));
    writer.write(bytes(large));
    writer.write(bytes('{}'));
    await turn();
    expect(sink.calls).toEqual([`${large}\n{}\n`]);
  });

  it('[SEC-FRAMES] lets no line break of a message through', async () => {
    const sink = new Sink();
    const writer = new LineWriter(sink);
    writer.write(bytes('{"a":\r\n1,\n"b":2}'));
    await turn();
    expect(sink.calls[0]?.match(/[\r\n]/g)).toEqual(['\n']);
    expect(JSON.parse(sink.calls[0] ?? '')).toEqual({ a: 1, b: 2 });
  });

  it('counts what waits, in its own hands and in the stream', async () => {
    const sink = new Sink();
    sink.isStuck = true;
    const writer = new LineWriter(sink);
    writer.write(bytes('12345'));
    expect(writer.queued).toBe(6);
    await turn();
    expect(writer.queued).toBe(6);
    writer.write(bytes('123'));
    expect(writer.queued).toBe(10);
    writer.drop();
    expect(writer.queued).toBe(6);
  });

  it('drops lines for a stream that was closed', async () => {
    const sink = new Sink();
    const writer = new LineWriter(sink);
    writer.write(bytes('{}'));
    sink.destroy();
    await turn();
    expect(sink.calls).toEqual([]);
    expect(writer.queued).toBe(0);
  });
});
