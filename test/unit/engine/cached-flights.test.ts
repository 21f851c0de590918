/** Requests that several wait for, while servers change, hang, are lost and are taken out. */
import { describe, expect, it } from 'vitest';
import type { UpstreamFault } from '../../../src/engine/ports.ts';
import type { FakeLink } from './fake-driver.ts';
import { greeted, mergedWorld } from './merge/support.ts';
import { call, readySession, turn, world } from './support.ts';
import type { Wire } from './wire.ts';

const LOST: UpstreamFault = { code: 'session-lost', message: 'Forgotten.', isRecoverable: true };

function asked(link: FakeLink, method: string): number[] {
  return link.sent.filter((wire) => wire.method === method).map(({ id }) => Number(id));
}

function codesIn(messages: readonly Wire[], id: unknown): unknown[] {
  return messages.filter((one) => one.id === id).map(({ result, error }) => result ?? error?.data);
}

describe('a request that several wait for', () => {
  it('[FLIGHT-CHANGED] is not joined after a change that was announced', async () => {
    const at = world({ server: { sharing: 'shared' } });
    const { session, connection } = await readySession(at);
    const { link } = at.driver;
    session.receive(call(1, 'tools/list', {}));
    link.notifies('notifications/tools/list_changed');
    session.receive(call(2, 'tools/list', {}));
    session.receive(call(3, 'tools/list', {}));
    const [before, after, more] = asked(link, 'tools/list');
    expect(more).toBeUndefined();
    link.answers(after, { tools: ['new'] });
    link.answers(before, { tools: ['old'] });
    expect([1, 2, 3].map((id) => codesIn(connection.messages, id))).toEqual([
      [{ tools: ['old'] }],
      [{ tools: ['new'] }],
      [{ tools: ['new'] }],
    ]);
  });

  it.each([true, false])(
    '[FLIGHT-LOST] is sent again when its way was lost (unsent: %s)',
    async (isUnsent) => {
      const at = world({ server: { sharing: 'shared' } });
      at.driver.mayRepeat = true;
      const { session, connection } = await readySession(at);
      at.runtime.advance(1_000);
      for (const id of [1, 2]) session.receive(call(id, 'tools/list', {}));
      const first = at.driver.link;
      first.end({ ...LOST, unsent: new Set(isUnsent ? asked(first, 'tools/list') : []) });
      await turn();
      const { link } = at.driver;
      expect(asked(link, 'tools/list')).toHaveLength(1);
      link.answers(asked(link, 'tools/list')[0], { ok: 1 });
      for (const id of [1, 2]) expect(codesIn(connection.messages, id)).toEqual([{ ok: 1 }]);
      expect(session.inFlight).toBe(0);
    },
  );

  it('[FLIGHT-HANGS] is told to all who waited for as long when it times out', async () => {
    const at = world({ server: { sharing: 'shared', requestMs: 1_000 } });
    const { session } = await readySession(at);
    for (let id = 0; id < 50; id++) session.receive(call(id, 'tools/list', {}));
    at.runtime.advance(500);
    session.receive(call('late', 'tools/list', {}));
    at.runtime.advance(500);
    expect(session.inFlight).toBe(1);
    at.runtime.advance(1_000);
    expect(session.inFlight).toBe(0);
    expect(asked(at.driver.link, 'tools/list')).toHaveLength(2);
  });

  it('[FLIGHT-TAKEN-OUT] is told to those whose way ends, and goes on for others', async () => {
    const at = mergedWorld({ a: { readable: ['x:1'], server: { sharing: 'shared' } }, b: {} });
    const one = await greeted(at);
    await one.ask('resources/read', { uri: 'x:1' });
    at.servers.a.isSlow = true;
    const ids = [1, 2].map(() => one.send('resources/read', { uri: 'x:1' }));
    const opens = at.servers.a.opens;
    at.merge.change(at.merge.members.slice(1));
    await turn();
    for (const id of ids) expect(JSON.stringify(one.answer(id)?.error)).toContain('was taken out');
    expect(at.servers.a.opens).toBe(opens);
    expect(one.session.inFlight).toBe(0);
  });
});
