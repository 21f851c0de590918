/** Questions to a client that has as many streams as it may have. */
import { describe, expect, it } from 'vitest';
import { CallReply } from '../../../src/engine/call-reply.ts';
import { call, FakeConnection, FakeResponder, hello, message, openSession, turn, world } from './support.ts';

/** A session of Streamable HTTP with one call in flight, whose POST must be answered in one piece. */
async function full() {
  const at = world({ settings: { streamsPerSession: 0 } });
  const session = openSession(at);
  session.receive(hello());
  await turn();
  const { link } = at.driver;
  const responder = new FakeResponder();
  const options = { requests: 1, isBatch: false, prefersStream: false, primes: false };
  const reply = new CallReply(session, responder, at.gateway.context, options);
  session.receive(call(1), reply);
  reply.start();
  at.runtime.advance(50);
  return { ...at, session, link, responder, number: Number(link.last.id) };
}

describe('[LIMIT-QUESTIONS-STREAM] a question to a client without a stream', () => {
  it('is refused to the server, and the call is answered all the same', async () => {
    const { session, link, number, responder } = await full();
    link.asks('q', 'elicitation/create', {}, number);
    expect(link.last).toMatchObject({ id: 'q', error: { data: { code: 'too_many_streams' } } });
    expect(session.asks.size).toBe(0);
    link.answers(number);
    expect(responder.json.id).toBe(1);
  });

  it('waits on the standing stream where it belongs to no call, and is answered in time', async () => {
    const { link, runtime } = await full();
    link.asks('q', 'elicitation/create');
    runtime.advance(300_000);
    expect(link.sent.filter(({ id }) => id === 'q')).toMatchObject([
      { error: { data: { code: 'timed_out' } } },
    ]);
  });

  it.each([true, false])(
    'is asked on its standing stream where it follows it (related: %s)',
    async (isRelated) => {
      const { session, link, number } = await full();
      const connection = new FakeConnection();
      session.standing.follow(connection);
      await turn();
      link.asks('q', 'elicitation/create', {}, isRelated ? number : undefined);
      const question = connection.messages.at(-1);
      expect(question?.method).toBe('elicitation/create');
      session.receive(message({ jsonrpc: '2.0', id: question?.id, result: { a: 1 } }));
      expect(link.last).toEqual({ jsonrpc: '2.0', id: 'q', result: { a: 1 } });
    },
  );
});
