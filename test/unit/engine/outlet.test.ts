/** What clients say to a server that takes no input. */
import { describe, expect, it } from 'vitest';
import { call, message, notify, readySession, world } from './support.ts';

async function ready() {
  const at = world({ settings: { upstreamQueuedBytes: 1_000 } });
  const { session } = await readySession(at);
  const { link } = at.driver;
  link.raw.length = 0;
  return { ...at, session, link };
}

const cancelled = (requestId: number, reason: string) =>
  notify('notifications/cancelled', { requestId, reason });

describe('[LIMIT-UPSTREAM-WORDS] a cancellation', () => {
  it('of up to 1 KiB is passed on as it is, a longer one in our own words', async () => {
    const { session, link } = await ready();
    for (const length of [900, 1_024]) {
      session.receive(call(length));
      session.receive(cancelled(length, 'r'.repeat(length)));
    }
    const reasons = link.sent
      .filter(({ method }) => method === 'notifications/cancelled')
      .map(({ params }) => params?.reason);
    expect(reasons).toEqual(['r'.repeat(900), 'The client called it off.']);
  });

  it('is short where too much waits, and dropped where there is no room even for that', async () => {
    const { session, link, notes } = await ready();
    for (const id of [1, 2, 3]) session.receive(call(id));
    link.raw.length = 0;
    link.queued = 1_001;
    session.receive(cancelled(1, 'mine'));
    expect(link.last.params?.reason).toBe('The client called it off.');
    link.queued = 1_501;
    session.receive(cancelled(2, 'mine'));
    expect(link.raw).toHaveLength(1);
    expect(notes.refusals).toEqual(['upstream_busy']);
    expect(session.inFlight).toBe(1);
  });

  it('by the end of a session is dropped, too', async () => {
    const { session, link, notes } = await ready();
    for (const id of [1, 2]) session.receive(call(id));
    link.raw.length = 0;
    link.queued = 1_501;
    session.close('test');
    expect(link.raw).toEqual([]);
    expect(notes.refusals).toEqual(['upstream_busy', 'upstream_busy']);
  });
});

it('[LIMIT-UPSTREAM-WORDS] an answer to a question is dropped and noted where too much waits', async () => {
  const { session, link, notes } = await ready();
  link.asks('q', 'roots/list');
  link.asks('r', 'roots/list');
  session.receive(message({ jsonrpc: '2.0', id: 1, result: {} }));
  expect(link.last).toMatchObject({ id: 'q' });
  link.queued = 1_001;
  session.receive(message({ jsonrpc: '2.0', id: 2, result: {} }));
  expect(link.raw).toHaveLength(1);
  expect(notes.refusals).toEqual(['upstream_busy']);
});
