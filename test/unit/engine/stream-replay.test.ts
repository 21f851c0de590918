import { describe, expect, it } from 'vitest';
import { MemoryEventLog } from '../../../src/backplanes/memory.ts';
import { HistoryLost } from '../../../src/engine/ports-backplane.ts';
import { numbers, publish, setUp, SlowLog, upTo } from './stream-support.ts';
import { FakeConnection, turn } from './support.ts';

describe('a stream that is taken up again', () => {
  it('[STREAMABLE-RESUME] gives every event after the last one the reader has, once', async () => {
    const { stream } = setUp();
    publish(stream, 1, 10);
    const connection = new FakeConnection();
    stream.follow(connection, 4);
    await turn();
    publish(stream, 11);
    expect(numbers(connection)).toEqual(upTo(11, 5));
  });

  it('[STREAMABLE-RESUME-LIVE] holds live events back while older ones are replayed, without a gap or a doubling', async () => {
    const log = new SlowLog();
    const { stream } = setUp({ log });
    publish(stream, 1, 3);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    for (let live = 4; live <= 8; live++) {
      publish(stream, live);
      log.step();
      await turn();
    }
    log.free();
    await turn();
    publish(stream, 9);
    expect(numbers(connection)).toEqual(upTo(9));
    expect(connection.ids).toHaveLength(9);
  });

  it('does not double what the log gives although it came only while it was read', async () => {
    const log = new SlowLog();
    log.isFollowing = true;
    const { stream } = setUp({ log });
    publish(stream, 1, 2);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    publish(stream, 3, 4);
    log.free();
    await turn();
    publish(stream, 5);
    expect(numbers(connection)).toEqual(upTo(5));
  });

  it('gives a fresh reader what no reader was given yet', async () => {
    const { stream } = setUp();
    const first = new FakeConnection();
    stream.follow(first);
    publish(stream, 1, 2);
    first.vanish();
    publish(stream, 3, 4);
    const second = new FakeConnection();
    stream.follow(second);
    await turn();
    expect(numbers(second)).toEqual(['3', '4']);
  });

  it('does not give a fresh reader again what was replayed to one that left on the way', async () => {
    const log = new SlowLog();
    const { stream } = setUp({ log });
    const first = new FakeConnection();
    stream.follow(first);
    publish(stream, 1, 5);
    first.vanish();
    const second = new FakeConnection();
    stream.follow(second, 2);
    await turn();
    log.step();
    await turn();
    expect(numbers(second)).toEqual(['3']);
    second.vanish();
    log.free();
    const third = new FakeConnection();
    stream.follow(third);
    await turn();
    expect(stream.delivered).toBe(5);
    expect(numbers(third)).toEqual([]);
  });

  it('lets a newer reader take over in the middle of a replay', async () => {
    const log = new SlowLog();
    const { stream } = setUp({ log });
    publish(stream, 1, 4);
    const [older, newer] = [new FakeConnection(), new FakeConnection()];
    stream.follow(older, 0);
    await turn();
    log.step();
    await turn();
    stream.follow(newer, 1);
    publish(stream, 5);
    log.free();
    await turn();
    publish(stream, 6);
    expect(older.closedBy).toBe('replaced');
    expect(numbers(older)).toEqual(['1']);
    expect(numbers(newer)).toEqual(upTo(6, 2));
  });

  it('goes live at once when the newer reader has everything, while the replay of the older still waits', async () => {
    const log = new SlowLog();
    const { stream } = setUp({ log });
    publish(stream, 1, 3);
    stream.follow(new FakeConnection(), 0);
    await turn();
    const newer = new FakeConnection();
    stream.follow(newer, 3);
    publish(stream, 4);
    expect(numbers(newer)).toEqual(['4']);
    log.free();
    await turn();
    publish(stream, 5);
    expect(numbers(newer)).toEqual(['4', '5']);
  });

  it('stops replaying to a reader that went away', async () => {
    const log = new SlowLog();
    const { stream, owner } = setUp({ log });
    publish(stream, 1, 3);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    connection.vanish();
    log.free();
    await turn();
    expect(connection.text).toBe('');
    expect(owner.lefts).toEqual(['client-gone']);
  });

  it('ends the reader only after the replay when the stream ended meanwhile', async () => {
    const log = new SlowLog();
    const { stream } = setUp({ log });
    publish(stream, 1, 2);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    publish(stream, 3);
    stream.end();
    expect(connection.closedBy).toBeUndefined();
    log.free();
    await turn();
    expect(numbers(connection)).toEqual(['1', '2', '3']);
    expect(connection.closedBy).toBe('done');
  });

  it('retains a stream that ended while its reader went away in the middle of a replay', async () => {
    const log = new SlowLog();
    const { stream, owner, runtime } = setUp({ log });
    publish(stream, 1, 2);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    stream.end();
    connection.vanish();
    log.free();
    await turn();
    runtime.advance(299_000);
    expect(owner.forgotten).toBe(0);
    runtime.advance(1_000);
    expect(owner.forgotten).toBe(1);
    expect(log.dropped).toEqual(['session/0']);
  });

  it('cuts a reader for which too much is held back', async () => {
    const log = new SlowLog();
    const { stream, owner } = setUp({ log, settings: { queuedBytes: 500 } });
    publish(stream, 1, 2);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    publish(stream, 3, 40);
    expect(connection.closedBy).toBe('slow');
    expect(owner.lefts).toEqual(['slow']);
    log.free();
    await turn();
  });

  it('waits for a reader that is full instead of cutting it, however long the history is', async () => {
    const { stream, owner } = setUp({ settings: { queuedBytes: 500 } });
    publish(stream, 1, 50);
    const connection = new FakeConnection();
    connection.isStuck = true;
    stream.follow(connection, 0);
    await turn();
    expect(connection.closedBy).toBeUndefined();
    expect(connection.queued).toBeLessThan(500);
    for (let look = 0; look < 60 && numbers(connection).length < 50; look++) {
      connection.drain();
      connection.isStuck = true;
      await turn();
    }
    connection.drain();
    await turn();
    publish(stream, 51);
    expect(numbers(connection)).toEqual(upTo(51));
    expect(owner.full).toBe(0);
  });

  it('lets go of a replay that waits for a full reader when that one leaves', async () => {
    const { stream, owner } = setUp({ settings: { queuedBytes: 500 } });
    publish(stream, 1, 50);
    const stuck = new FakeConnection();
    stuck.isStuck = true;
    stream.follow(stuck, 0);
    await turn();
    const next = new FakeConnection();
    stream.follow(next, 0);
    await turn();
    expect(numbers(next)).toEqual(upTo(50));
    expect(owner.full).toBe(0);
  });
});

describe('history that is lost', () => {
  const log = () => new MemoryEventLog({ events: 3, bytes: 10_000, totalBytes: 100_000 });

  it('[STREAMABLE-HISTORY-LOST] is told first, and no part of it is given', async () => {
    const { stream, notes } = setUp({ log: log() });
    publish(stream, 1, 10);
    const connection = new FakeConnection();
    stream.follow(connection, 2);
    await turn();
    publish(stream, 11);
    const [first, ...rest] = connection.messages;
    expect(first?.method).toBe('notifications/message');
    expect(first?.params?.data).toMatchObject({ code: 'history_lost' });
    expect(rest.map(({ method }) => method)).toEqual(['11']);
    expect(notes.refusals).toEqual(['history_lost']);
  });

  it('is told once: the next fresh reader goes on from there', async () => {
    const { stream } = setUp({ log: log() });
    publish(stream, 1, 10);
    const first = new FakeConnection();
    stream.follow(first);
    await turn();
    expect(first.messages).toHaveLength(1);
    first.vanish();
    publish(stream, 11);
    const second = new FakeConnection();
    stream.follow(second);
    await turn();
    expect(numbers(second)).toEqual(['11']);
  });

  it('goes on with what was held back while the log was read', async () => {
    const slow = new SlowLog();
    slow.failure = { after: 1, error: new Error('The network is gone.') };
    const { stream } = setUp({ log: slow });
    publish(stream, 1, 3);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    publish(stream, 4, 5);
    slow.free();
    await turn();
    publish(stream, 6);
    expect(numbers(connection)).toEqual(['1', 'notifications/message', '4', '5', '6']);
    expect(connection.text).not.toContain('network');
  });

  it('ends the reader of a stream that ended, after telling', async () => {
    const { stream } = setUp({ log: log() });
    publish(stream, 1, 10);
    stream.end();
    const connection = new FakeConnection();
    stream.follow(connection, 2);
    await turn();
    expect(numbers(connection)).toEqual(['notifications/message']);
    expect(connection.closedBy).toBe('done');
  });

  it('is told to nobody when the reader left before it was known', async () => {
    const slow = new SlowLog();
    slow.failure = { after: 1, error: new HistoryLost('session/0') };
    const { stream, notes } = setUp({ log: slow });
    publish(stream, 1, 3);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    await turn();
    connection.vanish();
    slow.free();
    await turn();
    expect(connection.text).toBe('');
    expect(notes.refusals).toEqual([]);
  });
});
