import { describe, expect, it } from 'vitest';
import { MemoryEventLog, memoryBackplane } from '../../../src/backplanes/memory.ts';
import { eventLogContract } from '../../contract/event-log.ts';

eventLogContract({ create: (limits) => new MemoryEventLog(limits) });

const LIMITS = { events: 100, bytes: 100_000, totalBytes: 1_000_000 };

async function first(log: MemoryEventLog, stream: string): Promise<Uint8Array> {
  for await (const { data } of log.read(stream, 0)) return data;
  throw new Error('Nothing was kept.');
}

describe('the event log in memory', () => {
  it.each([
    ['a plain array', (size: number) => new Uint8Array(size)],
    ['a buffer of Node', (size: number) => Buffer.alloc(size)],
  ])('does not keep a large read buffer alive for a small message in it (%s)', async (_name, create) => {
    const log = new MemoryEventLog(LIMITS);
    log.append('a', 1, create(1_000_000).subarray(500, 600));
    const kept = await first(log, 'a');
    expect(kept).toHaveLength(100);
    expect(kept.buffer.byteLength).toBeLessThan(10_000);
  });

  it('[LIMIT-LOG-TOTAL] counts nothing any more when all streams are dropped', () => {
    const log = new MemoryEventLog(LIMITS);
    for (let stream = 0; stream < 50; stream++) {
      for (let offset = 1; offset <= 200; offset++) log.append(`s${stream}`, offset, new Uint8Array(100));
    }
    expect(log.bytes).toBeLessThanOrEqual(LIMITS.totalBytes);
    for (let stream = 0; stream < 50; stream++) log.drop(`s${stream}`);
    expect(log.bytes).toBe(0);
    expect(log.streams).toBe(0);
  });

  it('forgets a stream whose last event had to go, so that dead streams do not pile up', () => {
    const log = new MemoryEventLog({ ...LIMITS, totalBytes: 10_000 });
    for (let stream = 0; stream < 1_000; stream++) log.append(`s${stream}`, 1, new Uint8Array(1_000));
    expect(log.bytes).toBeLessThanOrEqual(10_000);
    expect(log.streams).toBeLessThanOrEqual(10);
  });

  it('counts what an event costs beside its bytes: empty ones are not free', () => {
    const log = new MemoryEventLog({ events: 1_000_000, bytes: 100_000, totalBytes: 100_000 });
    for (let offset = 1; offset <= 10_000; offset++) log.append('a', offset, new Uint8Array(0));
    expect(log.bytes).toBeGreaterThan(0);
    expect(log.bytes).toBeLessThanOrEqual(100_000);
  });

  it('keeps the newest events of a stream that alone is over the cap of all', async () => {
    const log = new MemoryEventLog({ ...LIMITS, totalBytes: 10_000 });
    for (let offset = 1; offset <= 50; offset++) log.append('a', offset, new Uint8Array(1_000));
    const kept: number[] = [];
    for await (const { offset } of log.read('a', 42)) kept.push(offset);
    expect(kept).toEqual([43, 44, 45, 46, 47, 48, 49, 50]);
  });

  it('is what a single node needs, and is closed without ado', async () => {
    const backplane = memoryBackplane();
    backplane.log.append('a', 1, new Uint8Array(1));
    await expect(backplane.close()).resolves.toBeUndefined();
  });
});
