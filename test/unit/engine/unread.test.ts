/** Whole answers that nobody reads. */
import { describe, expect, it } from 'vitest';
import { CallReply } from '../../../src/engine/call-reply.ts';
import type { Session } from '../../../src/engine/session.ts';
import { call, FakeResponder, hello, openSession, turn, world, type World } from './support.ts';

const LONG = { text: 'x'.repeat(400) };

/** A call whose answer waits for its reader. */
function ask(at: World, session: Session, id: number): FakeResponder {
  const responder = new FakeResponder({ isStuck: true });
  const options = { requests: 1, isBatch: false, prefersStream: false, primes: false };
  const reply = new CallReply(session, responder, at.gateway.context, options);
  session.receive(call(id), reply);
  reply.start();
  const sent = at.driver.link.last;
  if (!responder.isDone) at.driver.link.answers(sent.id, LONG);
  return responder;
}

async function ready(sharing: 'session' | 'shared') {
  const at = world({ settings: { queuedBytes: 250 }, server: { sharing } });
  const session = openSession(at);
  session.receive(hello());
  await turn();
  return { at, session, link: at.driver.link };
}

describe('[LIMIT-UNREAD] whole answers that are not read', () => {
  it('hold up the server of the session until enough of them are', async () => {
    const { at, session, link } = await ready('session');
    const [first, second, third] = [1, 2, 3].map((id) => ask(at, session, id));
    expect(link.isPaused).toBe(true);
    first?.take();
    expect(link.isPaused).toBe(false);
    expect([second?.answers, third?.answers]).toEqual([1, 1]);
  });

  it('have the new calls of their session refused on a shared link, and of no other', async () => {
    const { at, session, link } = await ready('shared');
    const other = openSession(at);
    const [first] = [1, 2, 3].map((id) => ask(at, session, id));
    expect(link.isPaused).toBe(false);
    const refused = ask(at, session, 4);
    expect(refused.json.error?.data?.code).toBe('too_many_calls');
    expect(ask(at, other, 1).json.result).toEqual(LONG);
    refused.take();
    first?.take();
    expect(ask(at, session, 5).json.result).toEqual(LONG);
  });

  it('that are small and taken at once are not counted', async () => {
    const { at, session } = await ready('session');
    const responder = new FakeResponder();
    session.unread.add(responder);
    expect(responder.onTaken).toBeUndefined();
    expect(ask(at, session, 1).onTaken).toBeDefined();
  });
});
