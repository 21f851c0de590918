/** Where the log goes: in bounds, in order, and never in the way, whatever becomes of whoever reads. */
import { closeSync, openSync, write, writeSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LogSink, type LogWay } from '../../../src/edges/node/log-sink.ts';

/** A way whose reader the test plays. */
class PlayedWay implements LogWay {
  text = '';
  /** What each write fails with; undefined: it is taken. */
  fault: string | undefined;
  /** Nothing is answered at all. */
  isStuck = false;
  /** Bytes of one write that are taken. */
  most = Number.POSITIVE_INFINITY;
  writes = 0;

  write(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null, taken: number) => void): void {
    this.writes += 1;
    if (!this.isStuck) queueMicrotask(() => this.#answer(bytes, done));
  }

  writeNow(bytes: Uint8Array): number {
    if (this.fault) throw Object.assign(new Error(this.fault), { code: this.fault });
    return this.#take(bytes);
  }

  #answer(bytes: Uint8Array, done: (error: NodeJS.ErrnoException | null, taken: number) => void): void {
    if (this.fault) done(Object.assign(new Error(this.fault), { code: this.fault }), 0);
    else done(null, this.#take(bytes));
  }

  #take(bytes: Uint8Array): number {
    const taken = bytes.subarray(0, this.most);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  }
}

/** As many lines as that, each of ten bytes. */
function lines(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, at) => `${String(from + at).padStart(9, '0')}\n`);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the log', () => {
  test('[LOGS-SINK] comes out whole and in order, however little is taken at once', async () => {
    const way = new PlayedWay();
    way.most = 7;
    const sink = new LogSink(way);
    for (const line of lines(50)) sink.write(line);
    await sink.flush(1_000);
    expect(way.text).toBe(lines(50).join(''));
    expect([sink.queued, sink.lost]).toEqual([0, 0]);
  });

  test('[LOGS-SINK] that nobody reads has bounds; what is lost is counted, and told once it flows again', async () => {
    const way = new PlayedWay();
    way.fault = 'EAGAIN';
    const told: number[] = [];
    const sink = new LogSink(way, (lost) => told.push(lost), 1_000);
    for (const line of lines(250)) sink.write(line);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([sink.queued, sink.lost]).toEqual([1_000, 150]);
    // Tried again and again, and not all the time.
    expect(way.writes).toBeLessThan(400);
    expect(sink.troubles).toMatchObject([{ code: 'log_lost' }]);
    way.fault = undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(way.text).toBe(lines(100).join(''));
    expect([told, sink.queued, sink.troubles]).toEqual([[150], 0, []]);
    sink.write('one more\n');
    await vi.advanceTimersByTimeAsync(1_000);
    expect([way.text.endsWith('one more\n'), told]).toEqual([true, [150]]);
  });

  test.each(['ENOSPC', 'EPIPE', 'EIO'])(
    '[LOGS-SINK-BROKEN] that fails with %s is tried once a second, and goes on',
    async (code) => {
      const way = new PlayedWay();
      way.fault = code;
      const sink = new LogSink(way);
      for (const line of lines(3)) sink.write(line);
      await vi.advanceTimersByTimeAsync(10_500);
      expect(way.writes).toBe(11);
      expect(sink.troubles).toMatchObject([
        { code: 'log_lost', message: expect.stringContaining(code) as string },
      ]);
      way.fault = undefined;
      await vi.advanceTimersByTimeAsync(1_000);
      expect([way.text, sink.lost, sink.troubles]).toEqual([lines(3).join(''), 0, []]);
    },
  );

  test('[LOGS-SINK-END] is waited for as long as was said, at the end of the process', async () => {
    const way = new PlayedWay();
    way.isStuck = true;
    const sink = new LogSink(way);
    sink.write('never\n');
    const flushed = vi.fn();
    void sink.flush(500).then(flushed);
    await vi.advanceTimersByTimeAsync(499);
    expect(flushed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(flushed).toHaveBeenCalled();
  });

  test('[LOGS-SINK-END] gets out what is taken at once when there is no more time', () => {
    const way = new PlayedWay();
    way.isStuck = true;
    const sink = new LogSink(way);
    for (const line of lines(30)) sink.write(line);
    way.most = 64;
    sink.flushNow();
    // The first was on its way already.
    expect(way.text).toBe(lines(29, 1).join(''));
    way.fault = 'EAGAIN';
    sink.write('too late\n');
    expect(() => sink.flushNow()).not.toThrow();
  });
});

test('[LOGS-SINK-BROKEN] a disk that is full loses no line that there was room to keep', async () => {
  vi.useRealTimers();
  const full = openSync('/dev/full', 'w');
  const told: number[] = [];
  const way: LogWay = {
    write: (bytes, done) => write(full, bytes, (error, taken) => done(error, taken)),
    writeNow: (bytes) => writeSync(full, bytes),
  };
  const sink = new LogSink(way, (lost) => told.push(lost), 100);
  for (const line of lines(20)) sink.write(line);
  await vi.waitFor(() => expect(sink.troubles[0]?.message).toContain('lost'));
  expect(sink.lost).toBe(10);
  sink.flushNow();
  closeSync(full);
});
