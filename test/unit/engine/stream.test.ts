import { describe, expect, it } from 'vitest';
import { httpSse } from '../../../src/dialects/table.ts';
import { numbers, publish, setUp, upTo } from './stream-support.ts';
import { FakeConnection, turn } from './support.ts';

describe('a stream that is followed', () => {
  it('[ANSWER-ORDER] hands messages on in their order, numbered', () => {
    const { stream, context } = setUp();
    const connection = new FakeConnection();
    stream.follow(connection);
    publish(stream, 1, 5);
    expect(numbers(connection)).toEqual(upTo(5));
    expect(connection.ids).toEqual([1, 2, 3, 4, 5].map((offset) => `${context.epoch}-0-${offset}`));
    expect(stream.history.published).toBe(5);
    expect(stream.delivered).toBe(5);
  });

  it('has no ids where the dialect has no resumption', () => {
    const { stream } = setUp({ dialect: httpSse });
    const connection = new FakeConnection();
    stream.follow(connection);
    publish(stream, 1);
    expect(connection.ids).toEqual([]);
  });

  it('loses and notes a message without a reader where the dialect has no resumption', async () => {
    const { stream, notes } = setUp({ dialect: httpSse });
    publish(stream, 1);
    expect(notes.refusals).toEqual(['no-reader']);
    const connection = new FakeConnection();
    stream.follow(connection);
    await turn();
    publish(stream, 2);
    expect(numbers(connection)).toEqual(['2']);
  });

  it('[STREAMABLE-GET-TAKES-OVER] ends an older reader as replaced when a newer one comes, and speaks to the newer alone', () => {
    const { stream, owner } = setUp();
    const [older, newer] = [new FakeConnection(), new FakeConnection()];
    stream.follow(older);
    publish(stream, 1);
    stream.follow(newer);
    publish(stream, 2);
    expect(older.closedBy).toBe('replaced');
    expect(numbers(older)).toEqual(['1']);
    expect(numbers(newer)).toEqual(['2']);
    expect(owner.lefts).toEqual(['replaced']);
  });

  it('does not take the late end of a replaced reader for the end of the newer one', () => {
    const { stream, owner } = setUp();
    const [older, newer] = [new FakeConnection(), new FakeConnection()];
    stream.follow(older);
    const tell = older.onClosed;
    stream.follow(newer);
    tell?.();
    older.onDrain?.();
    publish(stream, 1);
    expect(numbers(newer)).toEqual(['1']);
    expect(owner.lefts).toEqual(['replaced']);
  });

  it('treats a connection that is gone already as one that left', () => {
    const { stream, owner } = setUp();
    const connection = new FakeConnection();
    connection.isGone = true;
    stream.follow(connection);
    expect(stream.isFollowed).toBe(false);
    expect(owner.lefts).toEqual(['client-gone']);
  });

  it('tells its owner once when the reader goes away', () => {
    const { stream, owner } = setUp();
    const connection = new FakeConnection();
    stream.follow(connection);
    connection.vanish();
    expect(owner.lefts).toEqual(['client-gone']);
    expect(stream.isFollowed).toBe(false);
  });
});

describe('heartbeats', () => {
  it('[SSE-HEARTBEAT] come while there is a reader, and stop with it', () => {
    const { stream, runtime } = setUp({ settings: { heartbeatMs: 1_000 } });
    const connection = new FakeConnection();
    stream.follow(connection);
    runtime.advance(3_000);
    expect(connection.frames).toHaveLength(3);
    connection.vanish();
    runtime.advance(10_000);
    expect(connection.frames).toHaveLength(3);
    expect(runtime.timers).toBe(0);
  });

  it('stop on a stream that is forgotten', () => {
    const { stream, runtime } = setUp();
    const connection = new FakeConnection();
    stream.follow(connection);
    stream.forget();
    runtime.advance(600_000);
    expect(connection.frames).toEqual([]);
    expect(runtime.timers).toBe(0);
  });
});

describe('a slow reader', () => {
  it('[LIMIT-SLOW-READER] is cut when more waits for it than may', () => {
    const { stream, owner, notes } = setUp({ settings: { queuedBytes: 300 } });
    const connection = new FakeConnection();
    connection.isStuck = true;
    stream.follow(connection);
    publish(stream, 1, 50);
    expect(connection.closedBy).toBe('slow');
    expect(connection.queued).toBeLessThan(300 + 200);
    expect(owner.lefts).toEqual(['slow']);
    expect(owner.full).toBe(0);
    expect(notes.refusals).toEqual(['slow']);
  });

  it('[LIMIT-STALLED-READER] is cut by the heartbeat when it takes nothing for too long', () => {
    const { stream, runtime, owner } = setUp({ settings: { heartbeatMs: 1_000, stallMs: 5_000 } });
    const connection = new FakeConnection();
    connection.isStuck = true;
    stream.follow(connection);
    publish(stream, 1, 3);
    runtime.advance(4_999);
    expect(connection.closedBy).toBeUndefined();
    runtime.advance(1_001);
    expect(connection.closedBy).toBe('slow');
    expect(owner.full).toBe(0);
  });

  it('[LIMIT-STALLED-READER] is not cut while it is full but takes a little each time', () => {
    const { stream, runtime } = setUp({ settings: { heartbeatMs: 1_000, stallMs: 5_000 } });
    const connection = Object.assign(new FakeConnection(), { backlog: 1_000 });
    connection.isStuck = true;
    stream.follow(connection);
    publish(stream, 1, 3);
    for (let second = 0; second < 60; second++) {
      connection.backlog--;
      runtime.advance(1_000);
    }
    expect(connection.closedBy).toBeUndefined();
    runtime.advance(6_000);
    expect(connection.closedBy).toBe('slow');
  });

  it('[LIMIT-STALLED-READER] is not cut for time in which the process itself stood still', () => {
    const { stream, runtime } = setUp({ settings: { heartbeatMs: 1_000, stallMs: 5_000 } });
    const connection = new FakeConnection();
    connection.isStuck = true;
    stream.follow(connection);
    publish(stream, 1, 3);
    runtime.stands(60_000);
    expect(connection.closedBy).toBeUndefined();
    runtime.advance(4_000);
    expect(connection.closedBy).toBe('slow');
  });

  it('is not cut when it takes what waits in time', () => {
    const { stream, runtime } = setUp({ settings: { heartbeatMs: 1_000, stallMs: 5_000 } });
    const connection = new FakeConnection();
    connection.isStuck = true;
    stream.follow(connection);
    publish(stream, 1, 3);
    runtime.advance(4_000);
    connection.drain();
    runtime.advance(60_000);
    expect(connection.closedBy).toBeUndefined();
  });

  it('is told of once when full and once when it caught up', () => {
    const { stream, owner } = setUp();
    const connection = new FakeConnection();
    connection.isStuck = true;
    stream.follow(connection);
    publish(stream, 1, 9);
    expect(owner.pressures).toEqual([true]);
    connection.drain();
    expect(owner.pressures).toEqual([true, false]);
  });

  it.each(['vanish', 'replaced', 'dropped', 'ended', 'forgotten'])(
    'is no longer counted as full after its end (%s)',
    (how) => {
      const { stream, owner } = setUp();
      const connection = new FakeConnection();
      connection.isStuck = true;
      stream.follow(connection);
      publish(stream, 1, 9);
      expect(owner.full).toBe(1);
      if (how === 'vanish') connection.vanish();
      if (how === 'replaced') stream.follow(new FakeConnection());
      if (how === 'dropped') stream.drop('draining');
      if (how === 'ended') stream.end();
      if (how === 'forgotten') stream.forget();
      expect(owner.pressures).toEqual([true, false]);
    },
  );
});

describe('the end of a stream', () => {
  it('ends the reader after what was published, and takes nothing more', () => {
    const { stream, owner } = setUp();
    const connection = new FakeConnection();
    stream.follow(connection);
    publish(stream, 1);
    stream.end();
    stream.end();
    publish(stream, 2);
    expect(numbers(connection)).toEqual(['1']);
    expect(connection.closedBy).toBe('done');
    expect(owner.lefts).toEqual(['done']);
    expect(stream.history.published).toBe(1);
  });

  it('keeps the history for a while, then forgets it', async () => {
    const { stream, owner, runtime, log } = setUp();
    publish(stream, 1, 3);
    stream.end();
    runtime.advance(299_000);
    const connection = new FakeConnection();
    stream.follow(connection, 1);
    await turn();
    expect(numbers(connection)).toEqual(['2', '3']);
    expect(connection.closedBy).toBe('done');
    runtime.advance(299_000);
    expect(owner.forgotten).toBe(0);
    runtime.advance(1_000);
    expect(owner.forgotten).toBe(1);
    await expect(async () => {
      for await (const _event of log.read('session/0', 0));
    }).rejects.toThrow('no longer kept');
  });

  it('forgets at once where there is nothing to take up again', () => {
    const { stream, owner, runtime } = setUp({ dialect: httpSse });
    stream.follow(new FakeConnection());
    stream.end();
    expect(owner.forgotten).toBe(1);
    runtime.advance(600_000);
    expect(owner.forgotten).toBe(1);
    expect(runtime.timers).toBe(0);
  });

  it('keeps its lists apart when heartbeats are off', async () => {
    const { stream, owner, runtime } = setUp({ settings: { heartbeatMs: 0 } });
    publish(stream, 1, 2);
    const connection = new FakeConnection();
    stream.follow(connection, 0);
    stream.end();
    await turn();
    expect(connection.closedBy).toBe('done');
    expect(numbers(connection)).toEqual(['1', '2']);
    runtime.advance(300_000);
    expect(owner.forgotten).toBe(1);
    expect(runtime.timers).toBe(0);
  });

  it('[DRAIN-RETRY] tells a reader when to come back before it is sent away', () => {
    for (const reason of ['draining', 'rotated'] as const) {
      const { stream } = setUp({ dialect: httpSse, settings: { retryMs: 1_234 } });
      const connection = new FakeConnection();
      stream.follow(connection);
      stream.drop(reason);
      expect(connection.frames.at(-1)).toEqual({ retry: 1_234 });
      expect(connection.closedBy).toBe(reason);
    }
  });
});

describe('rotation', () => {
  const settings = { pollMs: 5_000, heartbeatMs: 1_000 };

  it('[STREAMABLE-POLLING] sends a reader that polls away after a while, and lets it come back', async () => {
    const { stream, runtime, owner } = setUp({ settings });
    stream.mayRotate = true;
    const connection = new FakeConnection();
    stream.follow(connection);
    publish(stream, 1);
    runtime.advance(5_000);
    expect(connection.closedBy).toBe('rotated');
    expect(owner.lefts).toEqual(['rotated']);
    publish(stream, 2);
    const next = new FakeConnection();
    stream.follow(next, 1);
    await turn();
    expect(numbers(next)).toEqual(['2']);
  });

  it('leaves a reader alone that does not poll', () => {
    const { stream, runtime } = setUp({ settings });
    const connection = new FakeConnection();
    stream.follow(connection);
    runtime.advance(60_000);
    expect(connection.closedBy).toBeUndefined();
  });
});
