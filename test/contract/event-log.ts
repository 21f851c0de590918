/** What every event log promises, whatever keeps the events. */
import { describe, expect, it } from 'vitest';
import { HistoryLost, type EventLog, type LoggedEvent } from '../../src/engine/ports-backplane.ts';

export interface LogLimits {
  readonly events: number;
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface EventLogKit {
  /** A fresh, empty log with these caps. */
  create(limits: LogLimits): Promise<EventLog> | EventLog;
  /** Resolves when everything that was appended can be read. */
  settle?(log: EventLog): Promise<void>;
  close?(log: EventLog): Promise<void>;
}

const WIDE: LogLimits = { events: 1_000, bytes: 1_000_000, totalBytes: 10_000_000 };

export function eventLogContract(kit: EventLogKit): void {
  const withLog =
    (limits: Partial<LogLimits>, check: (log: EventLog, settle: () => Promise<void>) => Promise<void>) =>
    async () => {
      const log = await kit.create({ ...WIDE, ...limits });
      try {
        await check(log, async () => kit.settle?.(log));
      } finally {
        await kit.close?.(log);
      }
    };

  describe('an event log', () => {
    it(
      'gives events back in their order, with their offsets and bytes',
      withLog({}, async (log, settle) => {
        fill(log, 'a', 1, 20);
        await settle();
        const events = await read(log, 'a', 0);
        expect(events.map(({ offset }) => offset)).toEqual(range(1, 20));
        expect(events.map(({ data }) => text(data))).toEqual(range(1, 20).map((offset) => `a${offset}`));
      }),
    );

    it(
      'gives only what comes after the offset, and nothing after the last',
      withLog({}, async (log, settle) => {
        fill(log, 'a', 1, 5);
        await settle();
        expect(await offsets(log, 'a', 3)).toEqual([4, 5]);
        expect(await offsets(log, 'a', 5)).toEqual([]);
      }),
    );

    it(
      'gives everything that was appended before the call, in order and once, while more is appended',
      withLog({}, async (log, settle) => {
        fill(log, 'a', 1, 10);
        await settle();
        const seen: number[] = [];
        for await (const { offset } of log.read('a', 0)) {
          seen.push(offset);
          if (seen.length <= 10) fill(log, 'a', 10 + offset, 10 + offset);
        }
        expect(seen.slice(0, 10)).toEqual(range(1, 10));
        expect(seen).toEqual(range(1, seen.length));
      }),
    );

    it(
      'lets several readers read at once',
      withLog({}, async (log, settle) => {
        fill(log, 'a', 1, 50);
        await settle();
        const both = await Promise.all([offsets(log, 'a', 0), offsets(log, 'a', 40)]);
        expect(both).toEqual([range(1, 50), range(41, 50)]);
      }),
    );

    it(
      'keeps streams apart, also those whose names begin alike',
      withLog({}, async (log, settle) => {
        const names = ['s/1', 's/11', 's/', 's', '__proto__', 's/1 '];
        names.forEach((name, index) => fill(log, name, 1, index + 1));
        await settle();
        for (const [index, name] of names.entries()) {
          const events = await read(log, name, 0);
          expect(events.map(({ data }) => text(data))).toEqual(
            range(1, index + 1).map((offset) => `${name}${offset}`),
          );
        }
      }),
    );

    it(
      'keeps empty data and bytes of any value',
      withLog({}, async (log, settle) => {
        const all = Uint8Array.from({ length: 256 }, (_, index) => index);
        log.append('a', 1, new Uint8Array(0));
        log.append('a', 2, all);
        await settle();
        const events = await read(log, 'a', 0);
        expect(events.map(({ data }) => [...data])).toEqual([[], [...all]]);
      }),
    );

    it(
      '[LIMIT-LOG-STREAM] [STREAMABLE-HISTORY-LOST] says that history is lost before the first event, and never gives a part (cap in events)',
      withLog({ events: 5 }, async (log, settle) => {
        fill(log, 'a', 1, 12);
        await settle();
        await expectLost(log, 'a', 0);
        await expectLost(log, 'a', 6);
        expect(await offsets(log, 'a', 7)).toEqual(range(8, 12));
        expect(await offsets(log, 'a', 12)).toEqual([]);
      }),
    );

    it(
      '[LIMIT-LOG-STREAM] holds the cap in bytes of a stream',
      withLog({ bytes: 10_000 }, async (log, settle) => {
        fill(log, 'a', 1, 40, 1_000);
        await settle();
        await expectLost(log, 'a', 0);
        const kept = await keptFrom(log, 'a', 40);
        expect(kept.length).toBeGreaterThan(0);
        expect(kept.length).toBeLessThanOrEqual(10);
        expect(kept).toEqual(range(41 - kept.length, 40));
      }),
    );

    it(
      'survives an event that is larger than a stream may keep',
      withLog({ bytes: 10_000, totalBytes: 50_000 }, async (log, settle) => {
        fill(log, 'a', 1, 3);
        fill(log, 'a', 4, 4, 20_000);
        fill(log, 'a', 5, 5, 100_000);
        fill(log, 'a', 6, 7);
        await settle();
        await expectLost(log, 'a', 4);
        expect(await offsets(log, 'a', 5)).toEqual([6, 7]);
      }),
    );

    it(
      'holds the cap in bytes of all, at the cost of the streams that were written to longest ago',
      withLog({ totalBytes: 40_000 }, async (log, settle) => {
        for (const name of ['old', 'mid', 'new']) fill(log, name, 1, 10, 1_000);
        fill(log, 'old', 11, 20, 1_000);
        fill(log, 'more', 1, 10, 1_000);
        await settle();
        await expectLost(log, 'mid', 0);
        expect(await offsets(log, 'more', 0)).toEqual(range(1, 10));
        expect((await keptFrom(log, 'old', 20)).length).toBeGreaterThan(0);
      }),
    );

    it(
      'goes on with a stream that lost all its history',
      withLog({ totalBytes: 20_000 }, async (log, settle) => {
        fill(log, 'a', 1, 5, 1_000);
        fill(log, 'b', 1, 25, 1_000);
        await settle();
        await expectLost(log, 'a', 0);
        fill(log, 'a', 6, 7);
        await settle();
        await expectLost(log, 'a', 4);
        expect(await offsets(log, 'a', 5)).toEqual([6, 7]);
      }),
    );

    it(
      'drops one stream and no other; dropping what is not there does nothing',
      withLog({}, async (log, settle) => {
        fill(log, 'a', 1, 3);
        fill(log, 'b', 1, 3);
        log.drop('a');
        log.drop('a');
        log.drop('never');
        await settle();
        await expectLost(log, 'a', 1);
        expect(await offsets(log, 'b', 0)).toEqual([1, 2, 3]);
      }),
    );
  });
}

function fill(log: EventLog, stream: string, from: number, to: number, size = 0): void {
  for (const offset of range(from, to)) {
    log.append(stream, offset, new TextEncoder().encode(`${stream}${offset}`.padEnd(size, '.')));
  }
}

async function read(log: EventLog, stream: string, after: number): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for await (const event of log.read(stream, after)) events.push(event);
  return events;
}

async function offsets(log: EventLog, stream: string, after: number): Promise<number[]> {
  return (await read(log, stream, after)).map(({ offset }) => offset);
}

/** The longest run that can be read up to `last`. */
async function keptFrom(log: EventLog, stream: string, last: number): Promise<number[]> {
  for (let after = 0; after < last; after++) {
    try {
      return await offsets(log, stream, after);
    } catch (error) {
      if (!(error instanceof HistoryLost)) throw error;
    }
  }
  return [];
}

async function expectLost(log: EventLog, stream: string, after: number): Promise<void> {
  const given: number[] = [];
  const reading = async () => {
    for await (const { offset } of log.read(stream, after)) given.push(offset);
  };
  await expect(reading()).rejects.toBeInstanceOf(HistoryLost);
  expect(given).toEqual([]);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
