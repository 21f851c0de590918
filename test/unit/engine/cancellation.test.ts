/** Requests that their client calls off. */
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  call,
  notify,
  readySession,
  turn,
  world,
  type FakeConnection,
  type Wire,
} from './support.ts';

async function ready(options: Parameters<typeof world>[0] = {}) {
  const at = world(options);
  const { session, connection } = await readySession(at);
  return { ...at, session, connection, link: at.driver.link };
}

/** What arrived since the handshake. */
function said(connection: FakeConnection): Wire[] {
  return connection.messages.filter(({ id }) => id !== 'hello');
}

describe('a cancellation', () => {
  it('[TRAFFIC-CANCEL] reaches the server with our number, and there is no answer any more', async () => {
    const { session, link, connection } = await ready();
    session.receive(call('k'));
    const { id } = link.last;
    session.receive(notify('notifications/cancelled', { requestId: 'k', reason: 'enough' }));
    expect(link.last).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: id, reason: 'enough' },
    });
    link.answers(id);
    expect(said(connection)).toEqual([]);
    expect(session.inFlight).toBe(0);
  });

  it('[TRAFFIC-CANCEL-NOTHING] of what is answered already, or was never asked, means nothing', async () => {
    const { session, link, notes } = await ready();
    session.receive(call(1));
    link.answers(link.last.id);
    const before = link.raw.length;
    for (const requestId of [1, 2, '1', 'x']) {
      session.receive(notify('notifications/cancelled', { requestId }));
    }
    session.receive(notify('notifications/cancelled', {}));
    expect(link.raw).toHaveLength(before);
    expect(notes.refusals).toEqual([]);
  });

  it('[TRAFFIC-CANCEL-TYPE] tells 1 from "1"', async () => {
    const { session, link } = await ready();
    session.receive(call(1));
    session.receive(call('1'));
    const [, second] = link.calls;
    session.receive(notify('notifications/cancelled', { requestId: '1' }));
    expect(link.last.params).toEqual({ requestId: second?.id });
    expect(session.inFlight).toBe(1);
  });

  it('of a request that still waits for the link keeps it from being sent', async () => {
    const at = world();
    at.driver.isHeld = true;
    const { session } = await readySession(at);
    session.receive(call(5));
    session.receive(call(6));
    session.receive(notify('notifications/cancelled', { requestId: 5 }));
    at.driver.release();
    await turn();
    expect(at.driver.link.calls.map(({ method }) => method)).toEqual(['tools/call']);
  });

  it('[TRAFFIC-CANCEL-NOTHING] never reaches an `initialize` that is under way', async () => {
    const at = world();
    at.driver.isHeld = true;
    const { session, connection } = await readySession(at);
    session.receive(notify('notifications/cancelled', { requestId: 'hello' }));
    at.driver.release();
    await turn();
    expect(connection.messages[0]).toMatchObject({ id: 'hello', result: {} });
    expect(bytesOf(session.version)).toEqual(bytesOf('2025-06-18'));
  });
});
