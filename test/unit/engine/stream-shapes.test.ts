/** Messages of several shapes on one stream. */
import { describe, expect, it } from 'vitest';
import { clg, plain, rails } from '../../../src/dialects/shapes.ts';
import { superset } from '../../../src/dialects/table.ts';
import { errorResponse } from '../../../src/protocol/errors.ts';
import { setUp } from './stream-support.ts';
import { bytesOf, FakeConnection, readySession, call, turn, world, notify } from './support.ts';

const note = (method: string) => bytesOf({ jsonrpc: '2.0', method });

function events(connection: FakeConnection): (string | undefined)[] {
  return connection.frames.map(({ event }) => event);
}

describe('a stream with shapes', () => {
  it('gives what belongs to a POST its shape, and what belongs to none that of the latest', () => {
    const { stream } = setUp({ dialect: superset });
    const connection = new FakeConnection();
    stream.follow(connection);
    stream.publish(note('a'));
    const asClg = stream.shaped(clg);
    stream.publish(note('b'));
    const asRails = stream.shaped(rails);
    asClg.event(note('c'));
    stream.event(note('d'));
    asClg.answer(bytesOf({ jsonrpc: '2.0', id: 1, result: {} }));
    stream.shaped(plain);
    stream.publish(note('e'));
    asRails.event(note('f'));
    expect(events(connection)).toEqual([
      'message',
      'mcp-response',
      'mcp-response',
      'mcp_response',
      'mcp-response',
      'message',
      'mcp_response',
    ]);
  });

  it('makes no sink for a POST of the shape that the latest had', () => {
    const { stream } = setUp({ dialect: superset });
    expect(stream.shaped(plain)).toBe(stream.shaped(plain));
    expect(stream.shaped(clg)).not.toBe(stream.shaped(plain));
  });

  it('tells an error of its own from an answer', () => {
    const { stream } = setUp({ dialect: superset });
    const connection = new FakeConnection();
    stream.follow(connection);
    const sink = stream.shaped(rails);
    sink.answer(errorResponse(bytesOf(1), 'timed_out', 'Late.'), bytesOf(1), true);
    sink.answer(errorResponse(undefined, 'too_large', 'Long.'), undefined, true);
    sink.answer(bytesOf({ jsonrpc: '2.0', id: 2, error: { code: 1, message: 'Its own.' } }));
    expect(events(connection)).toEqual(['mcp_error', 'error', 'mcp_response']);
  });

  it('follows its reader, and says nothing of a call that was called off', () => {
    const { stream } = setUp({ dialect: superset });
    const sink = stream.shaped(clg);
    expect(sink.isFollowed).toBe(false);
    const connection = new FakeConnection();
    stream.follow(connection);
    expect(sink.isFollowed).toBe(true);
    sink.cancelled();
    expect(connection.frames).toEqual([]);
  });
});

describe('a session with shapes', () => {
  it.each([
    ['a call over the limit', { exchangesPerSession: 1 }],
    ['a call that takes too long', { requestMs: 1_000 }],
  ])('tells %s as an error of the gateway', async (_name, settings) => {
    const at = world({ settings });
    const { session, connection } = await readySession(at, { dialect: superset });
    const sink = session.standing.shaped(rails);
    session.receive(call(1), sink);
    session.receive(call(2), sink);
    await turn();
    at.runtime.advance(2_000);
    expect(events(connection)).toContain('mcp_error');
    expect(events(connection)).not.toContain('mcp_response');
  });
});

describe('a session of HTTP+SSE that must say something', () => {
  const settings = { sseIdleMs: 90_000, requestMs: 1_000_000 };

  it('is closed after its time though it is read, which each message starts anew', async () => {
    const at = world({ settings });
    const { session } = await readySession(at, { dialect: superset });
    at.runtime.advance(80_000);
    session.receive(notify('notifications/x'));
    at.runtime.advance(89_999);
    expect(session.isClosed).toBe(false);
    at.runtime.advance(1);
    expect(session.isClosed).toBe(true);
    expect(at.notes.named('sessionClosed')).toMatchObject([{ reason: 'idle' }]);
  });

  it('has all of its time after the last call', async () => {
    const at = world({ settings });
    at.driver.answersCalls = false;
    const { session } = await readySession(at, { dialect: superset });
    session.receive(call(1));
    await turn();
    at.runtime.advance(500_000);
    expect(session.isClosed).toBe(false);
    const asked = at.driver.link.calls.find(({ method }) => method === 'tools/call');
    at.driver.link.says({ jsonrpc: '2.0', id: asked?.id, result: {} });
    at.runtime.advance(89_999);
    expect(session.isClosed).toBe(false);
    at.runtime.advance(1);
    expect(session.isClosed).toBe(true);
  });

  it('is none where no such time is set', async () => {
    const at = world();
    const { session } = await readySession(at, { dialect: superset });
    at.runtime.advance(24 * 3_600_000);
    expect(session.isClosed).toBe(false);
  });
});
