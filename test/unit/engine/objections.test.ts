/** What clients may not say, however well-formed it is. */
import { describe, expect, it } from 'vitest';
import type { Message } from '../../../src/protocol/message.ts';
import { call, hello, message, notify, readySession, sseSession, turn, world } from './support.ts';

async function said(...messages: Message[]) {
  const at = world();
  const { session, connection } = await readySession(at);
  at.driver.link.raw.length = 0;
  for (const each of messages) session.receive(each);
  const answers = connection.messages.slice(1);
  return { ...at, session, answers, link: at.driver.link };
}

/** JSON text of a string of so many bytes, quotes included. */
const text = (bytes: number) => 'a'.repeat(bytes - 2);

describe('[LIMIT-TEXTS] texts that are kept', () => {
  it.each([
    ['an id', 1_024, (bytes: number) => call(text(bytes))],
    [
      'a progress token',
      1_024,
      (bytes: number) => call(1, 'tools/call', { name: 't', _meta: { progressToken: text(bytes) } }),
    ],
    ['a method', 1_024, (bytes: number) => call(1, 'x'.repeat(bytes))],
    ['a URI', 8_192, (bytes: number) => call(1, 'resources/subscribe', { uri: 'ü'.repeat(bytes / 2) })],
    ['a URI', 8_192, (bytes: number) => call(1, 'resources/unsubscribe', { uri: 'u'.repeat(bytes) })],
    ['a level', 4_096, (bytes: number) => call(1, 'logging/setLevel', { level: text(bytes - 10) })],
  ])('%s may have %d bytes and no more', async (_name, cap, make) => {
    const { answers, link, notes, session } = await said(make(cap), make(cap + 2));
    expect(link.raw).toHaveLength(1);
    expect(answers).toMatchObject([{ error: { code: -32600, data: { code: 'too_large' } } }]);
    expect(answers[0]?.error?.message).toContain(String(cap));
    expect(notes.refusals).toEqual(['too_large']);
    expect(session.inFlight).toBe(1);
  });

  it('a long id is not given back', async () => {
    const { answers } = await said(call(text(1_025)), call(1, 'x'.repeat(1_025)));
    expect(answers.map(({ id }) => id)).toEqual([null, 1]);
  });

  it('a hello may have 64 KiB, and over it starts nothing', async () => {
    const at = world();
    const { session, connection } = sseSession(at);
    const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: text(65_536) } };
    session.receive(call(0, 'initialize', params));
    await turn();
    expect(connection.messages).toMatchObject([{ id: 0, error: { data: { code: 'too_large' } } }]);
    expect(connection.messages[0]?.error?.message).toContain('65536');
    expect(at.driver.opens).toBe(0);
    session.receive(hello(1));
    await turn();
    expect(at.driver.opens).toBe(1);
  });
});

describe('[BAD-KIND] names', () => {
  it('of notifications are refused as requests: an id within would be the one of another session', async () => {
    const { answers, link } = await said(
      call(1, 'notifications/cancelled', { requestId: 7 }),
      call(2, 'notifications/x'),
    );
    expect(link.raw).toEqual([]);
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, -32600],
      [2, -32600],
    ]);
  });

  it('of requests are dropped as notifications, and noted', async () => {
    const { answers, link, notes } = await said(
      notify('tools/call', { name: 't' }),
      notify('initialize', {}),
      message({ jsonrpc: '2.0', method: 'ping' }),
    );
    expect([link.raw, answers]).toEqual([[], []]);
    expect(notes.refusals).toEqual(['invalid_request', 'invalid_request', 'invalid_request']);
  });

  it('that nobody knows are passed on, with an id or without', async () => {
    const { link } = await said(call(1, 'x/y'), notify('x/y'), notify('notifications/x'));
    expect(link.methods).toEqual(['x/y', 'x/y', 'notifications/x']);
  });
});
