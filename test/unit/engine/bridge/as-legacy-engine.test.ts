import { describe, expect, test } from 'vitest';
import type { FakeLink } from '../fake-driver.ts';
import { call, FakeDriver, openSession, readySession, turn, type Wire, world } from '../support.ts';
import { DISCOVERED } from './as-legacy-world.ts';

/** A server that understands 2026-07-28 alone. */
function modernDriver(script?: (wire: Wire, link: FakeLink) => object | undefined): FakeDriver {
  const driver = Object.assign(new FakeDriver(), { canBeModern: true, answersHello: false });
  driver.script = (wire, link) =>
    wire.method === 'server/discover' ? { result: DISCOVERED } : script?.(wire, link);
  return driver;
}

describe('the engine over a modern server', () => {
  test('[ASLEG-CACHE] what a shared server lets be given again is, and its clients do not see that', async () => {
    const driver = modernDriver(({ method }) =>
      method === 'tools/list'
        ? { result: { resultType: 'complete', tools: [], ttlMs: 5_000, cacheScope: 'public' } }
        : undefined,
    );
    const at = world({ server: { driver, era: 'modern', sharing: 'shared' } });
    const { session, connection } = await readySession(at);
    for (const id of [1, 2]) session.receive(call(id, 'tools/list', {}));
    await turn();
    const answers = connection.messages.filter(({ id }) => id === 1 || id === 2);
    expect(answers.map(({ result }) => result)).toEqual([{ tools: [] }, { tools: [] }]);
    const asked = () => driver.link.methods.filter((method) => method === 'tools/list').length;
    expect(asked()).toBe(1);
    at.runtime.advance(5_000);
    session.receive(call(3, 'tools/list', {}));
    await turn();
    expect(asked()).toBe(2);
  });

  test('[ASLEG-OWN-HELLO] a client that never sent `initialize` is served in the name of the gateway', async () => {
    const driver = modernDriver(({ method }) =>
      method === 'tools/call' ? { result: { ok: 1 } } : undefined,
    );
    const at = world({ server: { driver, era: 'modern' } });
    const session = openSession(at);
    const answers: unknown[] = [];
    const sink = {
      event: () => {},
      answer: (data: unknown) => answers.push(data),
      cancelled: () => {},
      isFollowed: true,
    };
    session.receive(call(1), sink);
    await turn();
    await turn();
    expect(answers).toHaveLength(1);
    expect(driver.link.methods).toEqual(['server/discover', 'subscriptions/listen', 'tools/call']);
    expect(driver.link.last.params?.['_meta']).toMatchObject({
      'io.modelcontextprotocol/clientInfo': { name: 'sluice' },
      'io.modelcontextprotocol/clientCapabilities': {},
    });
  });

  test('[ASLEG-LOST-AGAIN] a lost link is opened again, and listens to what was subscribed to', async () => {
    const driver = modernDriver(({ method, id, params }, link) => {
      if (method !== 'subscriptions/listen') return undefined;
      const { notifications } = params ?? {};
      const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
      link.notifies('notifications/subscriptions/acknowledged', { notifications, _meta });
      return undefined;
    });
    const at = world({ server: { driver, era: 'modern' } });
    const { session, connection } = await readySession(at);
    session.receive(call(1, 'resources/subscribe', { uri: 'a:b' }));
    await turn();
    expect(connection.messages.find(({ id }) => id === 1)?.result).toEqual({});
    at.runtime.advance(60_000);
    driver.link.end();
    at.runtime.advance(1_000);
    await turn();
    await turn();
    expect(driver.links).toHaveLength(2);
    const listens = driver.link.sent.filter(({ method }) => method === 'subscriptions/listen');
    expect(listens.at(-1)?.params?.['notifications']).toMatchObject({ resourceSubscriptions: ['a:b'] });
    const _meta = { 'io.modelcontextprotocol/subscriptionId': listens.at(-1)?.id };
    driver.link.notifies('notifications/resources/updated', { uri: 'a:b', _meta });
    expect(connection.messages.at(-1)).toMatchObject({ params: { uri: 'a:b' } });
  });
});
