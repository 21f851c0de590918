/** A session whose lists and reads may come from what was answered before. */
import { describe, expect, it } from 'vitest';
import type { FakeLink } from './fake-driver.ts';
import { call, readySession, turn, world, type WorldOptions } from './support.ts';

const SHARED: WorldOptions = {
  server: { sharing: 'shared', cache: { listsMs: 1_000, readsMs: 500, isPublic: true } },
};

function asked(link: FakeLink, method: string): number[] {
  return link.sent.filter((wire) => wire.method === method).map(({ id }) => Number(id));
}

function answersTo(connection: { messages: readonly { id?: unknown }[] }, id: unknown): unknown[] {
  return connection.messages.filter((message) => message.id === id);
}

describe('a line with a cache', () => {
  it('[CACHE-LISTS] [CACHE-READS] asks once, then again after the time', async () => {
    const at = world(SHARED);
    const { session, connection } = await readySession(at);
    const link = at.driver.link;
    session.receive(call(1, 'tools/list', {}));
    link.answers(link.last.id, { tools: [{ name: 'x' }] });
    session.receive(call(2, 'tools/list', {}));
    session.receive(call(3, 'tools/list', { cursor: 'next' }));
    expect(asked(link, 'tools/list')).toHaveLength(2);
    expect(answersTo(connection, 2)).toEqual([{ jsonrpc: '2.0', id: 2, result: { tools: [{ name: 'x' }] } }]);
    session.receive(call(4, 'resources/read', { uri: 'a:b' }));
    link.answers(link.last.id, { contents: [] });
    session.receive(call(5, 'resources/read', { uri: 'a:b' }));
    expect(asked(link, 'resources/read')).toHaveLength(1);
    at.runtime.advance(500);
    session.receive(call(6, 'resources/read', { uri: 'a:b' }));
    session.receive(call(7, 'tools/list', {}));
    expect([asked(link, 'resources/read').length, asked(link, 'tools/list').length]).toEqual([2, 2]);
    at.runtime.advance(500);
    session.receive(call(8, 'tools/list', {}));
    expect(asked(link, 'tools/list')).toHaveLength(3);
  });

  it('[CACHE-FLIGHT] [CACHE-PRINCIPAL] many who ask at once are one request; not across principals unless public', async () => {
    for (const isPublic of [true, false]) {
      const at = world({ server: { sharing: 'shared', cache: { listsMs: 1_000, isPublic } } });
      const ann = await readySession(at, { principal: 'ann' });
      const bob = await readySession(at, { principal: 'bob' });
      for (const id of ['a', 0, '']) ann.session.receive(call(id, 'tools/list', {}));
      bob.session.receive(call('b', 'tools/list', {}));
      const numbers = asked(at.driver.link, 'tools/list');
      expect(numbers).toHaveLength(isPublic ? 1 : 2);
      numbers.forEach((number, n) => at.driver.link.answers(number, { n }));
      for (const id of ['a', 0, '']) expect(answersTo(ann.connection, id)).toHaveLength(1);
      expect(answersTo(bob.connection, 'b')).toEqual([
        { jsonrpc: '2.0', id: 'b', result: { n: isPublic ? 0 : 1 } },
      ]);
    }
  });

  it('[CACHE-FAILED] the next who waits asks by its own way; an error is for all who waited', async () => {
    const at = world({ server: { cache: { listsMs: 1_000 } } });
    const first = await readySession(at);
    const firstLink = at.driver.link;
    const second = await readySession(at);
    const secondLink = at.driver.link;
    first.session.receive(call(1, 'tools/list', {}));
    second.session.receive(call(2, 'tools/list', {}));
    expect([asked(firstLink, 'tools/list').length, asked(secondLink, 'tools/list').length]).toEqual([1, 0]);
    firstLink.end();
    expect(JSON.stringify(answersTo(first.connection, 1))).toContain('upstream_exited');
    const [number] = asked(secondLink, 'tools/list');
    secondLink.says({ jsonrpc: '2.0', id: number, error: { code: -32000, message: 'no' } });
    expect(answersTo(second.connection, 2)).toEqual([
      { jsonrpc: '2.0', id: 2, error: { code: -32000, message: 'no' } },
    ]);
    second.session.receive(call(3, 'tools/list', {}));
    expect(asked(secondLink, 'tools/list')).toHaveLength(2);
  });

  it('[CACHE-FAILED] also when the session that asked is closed before its server was there', async () => {
    const at = world({ server: { cache: { listsMs: 1_000 } } });
    at.driver.isHeld = true;
    const first = await readySession(at);
    first.session.receive(call(1, 'tools/list', {}));
    const second = await readySession(at);
    second.session.receive(call(2, 'tools/list', {}));
    first.session.close('gone');
    at.driver.release();
    await turn();
    const live = at.driver.links.filter((link) => !link.hasEnded);
    const link = live.find((one) => asked(one, 'tools/list').length === 1);
    link?.answers(asked(link, 'tools/list')[0]);
    expect(answersTo(second.connection, 2)).toHaveLength(1);
  });

  it('[CACHE-CHANGED] [CACHE-LATE] a change is heard, also while an answer is on its way', async () => {
    const at = world(SHARED);
    const { session } = await readySession(at);
    const link = at.driver.link;
    session.receive(call(1, 'tools/list', {}));
    const [number] = asked(link, 'tools/list');
    link.notifies('notifications/tools/list_changed');
    link.answers(number, { tools: [] });
    session.receive(call(2, 'tools/list', {}));
    expect(asked(link, 'tools/list')).toHaveLength(2);
    link.answers(link.last.id);
    link.notifies('notifications/tools/list_changed');
    session.receive(call(3, 'tools/list', {}));
    expect(asked(link, 'tools/list')).toHaveLength(3);
  });

  it('[CACHE-OFF] each session asks its own server where nothing allows more', async () => {
    const at = world();
    const first = await readySession(at);
    const second = await readySession(at);
    for (const { session } of [first, second]) session.receive(call(1, 'tools/list', {}));
    expect(at.driver.links.map((link) => asked(link, 'tools/list').length)).toEqual([1, 1]);
  });

  it('[CACHE-WISHES] a caller with headers of its own never shares', async () => {
    const at = world({ server: { cache: { listsMs: 1_000 }, forwardHeaders: ['Authorization'] } });
    const { session } = await readySession(at, { forwarded: { authorization: 'mine' } });
    const other = await readySession(at);
    for (const { session: one } of [{ session }, other]) one.receive(call(1, 'tools/list', {}));
    expect(at.driver.links.flatMap((link) => asked(link, 'tools/list'))).toHaveLength(2);
  });

  it('[CACHE-CHECKED] what is broken inside is passed on and not kept', async () => {
    const at = world(SHARED);
    const { session, connection } = await readySession(at);
    const link = at.driver.link;
    session.receive(call(1, 'tools/list', {}));
    link.says(`{"jsonrpc":"2.0","id":${String(link.last.id)},"result":{"a" tru}}`);
    expect(connection.text).toContain('{"a" tru}');
    session.receive(call(2, 'tools/list', {}));
    expect(asked(link, 'tools/list')).toHaveLength(2);
  });
});
