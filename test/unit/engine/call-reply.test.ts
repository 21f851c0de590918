import { describe, expect, it } from 'vitest';
import { CallReply, type ReplyOptions, type ReplySession } from '../../../src/engine/call-reply.ts';
import { createContext } from '../../../src/engine/context.ts';
import { MemoryEventLog } from '../../../src/backplanes/memory.ts';
import { DEFAULT_SETTINGS } from '../../../src/engine/settings.ts';
import { Stream } from '../../../src/engine/stream.ts';
import { UnreadAnswers } from '../../../src/engine/unread.ts';
import { Owner } from './stream-support.ts';
import { bytesOf, FakeConnection, FakeResponder, FakeRuntime, numbered, turn } from './support.ts';

const HEADERS = { 'mcp-session-id': 'abc' };

function setUp(options: Partial<ReplyOptions> = {}, cap = 10) {
  const runtime = new FakeRuntime();
  const context = createContext({
    runtime,
    settings: { ...DEFAULT_SETTINGS, graceMs: 50, retryMs: 700 },
    observer: {},
    log: new MemoryEventLog(),
  });
  const streams: Stream[] = [];
  const session: ReplySession = {
    dialect: numbered,
    standing: new Stream(0, new Owner(), numbered, context),
    unread: new UnreadAnswers(new Owner().payers, DEFAULT_SETTINGS.queuedBytes, context, () => {}),
    replyHeaders: () => HEADERS,
    streamHeaders: () => HEADERS,
    openStream: () => {
      if (streams.length >= cap) return undefined;
      const stream = new Stream(streams.length + 1, new Owner(), numbered, context);
      streams.push(stream);
      return stream;
    },
  };
  const responder = new FakeResponder();
  const begin = () =>
    new CallReply(session, responder, context, {
      requests: 1,
      isBatch: false,
      prefersStream: false,
      primes: false,
      ...options,
    });
  return { runtime, responder, streams, session, begin, reply: begin() };
}

const answer = (id: number) => bytesOf({ jsonrpc: '2.0', id, result: {} });
const event = (method: string) => bytesOf({ jsonrpc: '2.0', method });

describe('the answer to a POST', () => {
  it('[STREAMABLE-JSON] is JSON when it comes quickly', () => {
    const { reply, responder, runtime, streams } = setUp();
    reply.start();
    reply.answer(answer(1));
    expect(responder.status).toBe(200);
    expect(responder.headers).toEqual({ 'content-type': 'application/json', ...HEADERS });
    expect(responder.json.id).toBe(1);
    runtime.advance(1_000);
    expect(responder.answers).toBe(1);
    expect(streams).toEqual([]);
  });

  it('is JSON when it was there before the waiting began', () => {
    const { reply, responder, runtime } = setUp();
    reply.answer(answer(1));
    reply.start();
    runtime.advance(1_000);
    expect(responder.answers).toBe(1);
    expect(responder.body).toContain('"id":1');
  });

  it('[STREAMABLE-STREAM] becomes a stream after the grace, which ends with the answer', () => {
    const { reply, responder, runtime } = setUp();
    reply.start();
    runtime.advance(49);
    expect(responder.answers).toBe(0);
    runtime.advance(1);
    expect(responder.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
      ...HEADERS,
    });
    expect(reply.isFollowed).toBe(true);
    reply.answer(answer(1));
    expect(responder.connection?.messages).toEqual([{ jsonrpc: '2.0', id: 1, result: {} }]);
    expect(responder.connection?.closedBy).toBe('done');
    expect(responder.answers).toBe(1);
  });

  it('[STREAMABLE-RELATED] becomes a stream with an event that comes before it, in that order', () => {
    const { reply, responder } = setUp();
    reply.start();
    reply.event(event('notifications/progress'));
    reply.answer(answer(1));
    expect(responder.connection?.messages.map(({ method, id }) => method ?? id)).toEqual([
      'notifications/progress',
      1,
    ]);
  });

  it('is a stream at once for a client that prefers one', () => {
    const { reply, responder } = setUp({ prefersStream: true });
    reply.start();
    expect(responder.connection).toBeDefined();
    const quick = setUp({ prefersStream: true });
    quick.reply.answer(answer(1));
    expect(quick.responder.connection?.messages).toHaveLength(1);
  });

  it('starts with a priming event only when asked to', () => {
    const primed = setUp({ primes: true });
    primed.reply.commit();
    expect(primed.responder.connection?.frames).toEqual([
      { id: expect.stringMatching(/-1-0$/) as string, retry: 700, data: '' },
    ]);
    const plain = setUp();
    plain.reply.commit();
    expect(plain.responder.connection?.frames).toEqual([]);
  });

  it('[STREAMABLE-BATCH] is an array for a batch, of as many answers as requests', () => {
    const { reply, responder } = setUp({ requests: 3, isBatch: true });
    for (const id of [3, 1]) reply.answer(answer(id));
    expect(responder.answers).toBe(0);
    reply.answer(answer(2));
    expect(JSON.parse(responder.body ?? '')).toMatchObject([{ id: 3 }, { id: 1 }, { id: 2 }]);
  });

  it('is an array for a batch of one', () => {
    const { reply, responder } = setUp({ isBatch: true });
    reply.answer(answer(1));
    expect(JSON.parse(responder.body ?? '')).toHaveLength(1);
  });

  it('brings the answers of a batch that are there into the stream it becomes', () => {
    const { reply, responder, runtime } = setUp({ requests: 3, isBatch: true });
    reply.start();
    reply.answer(answer(1));
    runtime.advance(50);
    reply.answer(answer(2));
    expect(responder.connection?.closedBy).toBeUndefined();
    reply.answer(answer(3));
    expect(responder.connection?.messages.map(({ id }) => id)).toEqual([1, 2, 3]);
    expect(responder.connection?.closedBy).toBe('done');
  });

  it('is empty when the only request was called off', () => {
    const { reply, responder } = setUp();
    reply.start();
    reply.cancelled();
    expect(responder.status).toBe(202);
    expect(responder.body).toBe('');
    expect(responder.answers).toBe(1);
  });

  it('is what was answered of a batch of which the rest was called off', () => {
    const { reply, responder } = setUp({ requests: 2, isBatch: true });
    reply.answer(answer(1));
    reply.cancelled();
    expect(JSON.parse(responder.body ?? '')).toMatchObject([{ id: 1 }]);
  });

  it('ends its stream when the request is called off', () => {
    const { reply, responder, runtime } = setUp();
    reply.start();
    runtime.advance(50);
    reply.cancelled();
    expect(responder.connection?.closedBy).toBe('done');
    expect(responder.connection?.messages).toEqual([]);
  });
});

describe('a client that goes away', () => {
  it('before the answer: it is told to whom it may concern, and nothing is sent', () => {
    let unread = 0;
    const { reply, responder, runtime, streams } = setUp({ onUnread: () => unread++ });
    reply.start();
    responder.abort();
    expect(unread).toBe(1);
    expect(reply.isFollowed).toBe(false);
    runtime.advance(1_000);
    reply.event(event('x'));
    reply.answer(answer(1));
    expect(responder.answers).toBe(0);
    expect(streams).toEqual([]);
  });

  it('before it was even asked for: nothing is opened and nothing is thrown', () => {
    let unread = 0;
    const { responder, begin, runtime, streams } = setUp({ onUnread: () => unread++ });
    responder.isGone = true;
    const late = begin();
    late.start();
    runtime.advance(1_000);
    late.answer(answer(1));
    expect(unread).toBe(1);
    expect(streams).toEqual([]);
  });

  it('from its stream: the answer waits there for its return', async () => {
    const { reply, responder, runtime, streams } = setUp();
    reply.start();
    runtime.advance(50);
    responder.abort();
    expect(reply.isFollowed).toBe(false);
    reply.answer(answer(1));
    const connection = new FakeConnection();
    streams[0]?.follow(connection, 0);
    await turn();
    expect(connection.messages).toHaveLength(1);
    expect(connection.closedBy).toBe('done');
  });
});

describe('[LIMIT-STREAMS] a session with as many streams as it may have', () => {
  it('still answers as JSON, however late', () => {
    const { reply, responder, runtime } = setUp({}, 0);
    reply.start();
    runtime.advance(60_000);
    reply.event(event('x'));
    reply.answer(answer(1));
    expect(responder.json.id).toBe(1);
    expect(responder.answers).toBe(1);
  });

  it('says what comes before the answer on the standing stream, and is no way to ask anything', () => {
    const { reply, session } = setUp({}, 0);
    reply.start();
    expect([reply.isFollowed, reply.opens(), reply.isFollowed]).toEqual([true, false, false]);
    const connection = new FakeConnection();
    session.standing.follow(connection);
    expect(reply.opens()).toBe(true);
    reply.event(event('x'));
    expect(connection.messages).toMatchObject([{ method: 'x' }]);
  });

  it('answers as JSON where a stream was preferred', () => {
    const { reply, responder } = setUp({ prefersStream: true }, 0);
    reply.start();
    reply.answer(answer(1));
    expect(responder.json.id).toBe(1);
  });
});
