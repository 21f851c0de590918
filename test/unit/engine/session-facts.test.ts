/** What can be told of a session: who opened it, who its client is, what passed in it. */
import { describe, expect, test } from 'vitest';
import { call, FakeConnection, hello, notify, openSession, readySession, turn, world } from './support.ts';

const WHO = { address: '192.0.2.7', origin: 'https://app.example', userAgent: 'agent/1' };

describe('who opens a session', () => {
  test('[LOGS-WHO] is told with it: principal, project, address, origin, user agent, dialect, era', () => {
    const at = world();
    const payers = at.gateway.context.ledger.payersOf({ principal: 'anybody', project: 'shop' });
    const { facts } = openSession(at, { ...WHO, payers });
    expect(facts).toMatchObject(WHO);
    expect(at.notes.named('sessionOpened')).toEqual([
      expect.objectContaining({
        ...{ ...WHO, server: 'srv', project: 'shop', principal: 'anybody' },
        ...{ dialect: 'streamable', era: 'legacy' },
      }),
    ]);
  });

  test('[LOGS-WHO] is cut where it is long, and may be missing', () => {
    const at = world();
    const long = openSession(at, { origin: 'o'.repeat(5_000), userAgent: 'agent '.repeat(1_000) });
    expect(long.facts.origin).toBe('…');
    expect(long.facts.userAgent).toBe(`${'agent '.repeat(33)}…`);
    expect(openSession(at).facts).toMatchObject({ address: '', origin: undefined, userAgent: undefined });
  });
});

describe('who a client is', () => {
  test.each([
    [
      { name: 'c', version: '1' },
      { name: 'c', version: '1' },
    ],
    [{ name: 'n'.repeat(5_000) }, { name: '…', version: '' }],
    [null, { name: '', version: '' }],
    [
      { name: { a: 1 }, version: 3 },
      { name: '', version: '' },
    ],
  ])('[LOGS-CLIENT] is told once, when its `initialize` is answered: %j', async (clientInfo, client) => {
    const at = world();
    const session = openSession(at);
    const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo };
    session.receive(call(0, 'initialize', params));
    expect(at.notes.named('clientKnown')).toEqual([]);
    await turn();
    expect(session.facts.client).toEqual(client);
    session.receive(hello(1));
    await turn();
    expect(at.notes.named('clientKnown')).toEqual([
      { session: session.id, server: 'srv', project: undefined, client, version: session.version },
    ]);
  });

  test('[LOGS-CLIENT] is not told where its server refuses it', async () => {
    const at = world();
    at.driver.answersHello = false;
    at.driver.script = () => ({ error: { code: -32600, message: 'No.' } });
    const session = openSession(at);
    session.receive(hello());
    await turn();
    expect(session.facts.client).toBeUndefined();
    expect(at.notes.named('clientKnown')).toEqual([]);
  });
});

test('[LOGS-WHY] the end of a session is told with its reason, how long it was open, and what passed in it', async () => {
  const at = world();
  at.driver.answersCalls = true;
  const { session } = await readySession(at);
  session.receive(call(1));
  await turn();
  at.driver.link.says({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'info', data: 1 },
  });
  at.runtime.advance(1_234);
  session.close('deleted');
  const [closed] = at.notes.named('sessionClosed');
  expect(closed).toMatchObject({ session: session.id, server: 'srv', reason: 'deleted', ms: 1_234 });
  expect(closed).toMatchObject({ requests: 2, messagesIn: 3, messagesOut: 3 });
  expect(closed?.['bytesIn']).toBeGreaterThan(100);
});

test('[LOGS-SEEN] of an open session is known when it began, when its client spoke, and what waits for it', async () => {
  const at = world();
  at.runtime.ahead = 5_000;
  const { session, connection } = await readySession(at);
  const openedAt = at.runtime.wall();
  at.runtime.advance(700);
  session.receive(notify('notifications/roots/list_changed'));
  at.runtime.advance(300);
  expect(session.facts).toMatchObject({ openedAt, lastSeenAt: openedAt + 700, age: 1_000 });
  const call = session.openStream();
  call?.follow(new FakeConnection());
  connection.queued = 77;
  expect([session.streams.followed, session.queuedBytes, at.gateway.streams]).toEqual([2, 77, 2]);
  expect(at.gateway.openSessions).toEqual([session]);
});
