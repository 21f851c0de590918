/** One server of which not everything is offered, on its own route. */
import { describe, expect, it } from 'vitest';
import { readySession, call, message, turn, type World, world } from '../support.ts';
import type { Wire } from '../wire.ts';

const OFFER = {
  tools: { hide: ['secret*'], rename: { ugly: 'nice' }, descriptions: { ugly: 'Now nice.' } },
  prompts: { include: ['p*'] },
  resources: { hide: ['x://secret/*'] },
};

async function offered() {
  const at = world({ server: { offer: OFFER } });
  const { session, connection } = await readySession(at as World, { mount: at.server.mount });
  const ask = async (method: string, params: unknown = {}, answer?: unknown): Promise<Wire> => {
    const { length } = connection.messages;
    session.receive(call(1, method, params));
    const { link } = at.driver;
    if (answer !== undefined) link.says({ jsonrpc: '2.0', id: link.last.id, ...(answer as object) });
    await turn();
    return connection.messages[length] as Wire;
  };
  return { ...at, session, connection, ask };
}

describe('what of one server is offered', () => {
  it('[MERGE-VIEW-ALONE] holds on its own route, page by page, and all else keeps its bytes', async () => {
    const { session, driver, connection } = await offered();
    session.receive(call(1, 'tools/list', { cursor: 'c', _meta: { progressToken: 1 } }));
    const { link } = driver;
    expect(link.last).toMatchObject({ method: 'tools/list', params: { cursor: 'c' } });
    link.says(
      `{"jsonrpc":"2.0","id":${link.last.id},"result":{"x":1.0,"tools":[{"name":"secret1"}, {"a":1.0, "name":"ugly"},{"name":"b"}],"nextCursor":"n"}}`,
    );
    await turn();
    expect(connection.frames.at(-1)?.data).toBe(
      '{"jsonrpc":"2.0","id":1,"result":{"x":1.0,"tools":[{"description":"Now nice.","a":1.0, "name":"nice"},{"name":"b"}],"nextCursor":"n"}}',
    );
  });

  it('is called by the names it has here, and what is hidden is unknown', async () => {
    const { ask, driver } = await offered();
    await ask('tools/call', { name: 'nice', arguments: {} }, { result: {} });
    expect(driver.link.last).toMatchObject({ params: { name: 'ugly', arguments: {} } });
    await ask('tools/call', { name: 'not-listed' }, { result: {} });
    expect(driver.link.last).toMatchObject({ params: { name: 'not-listed' } });
    const { length } = driver.link.calls;
    for (const name of ['ugly', 'secret1'])
      expect((await ask('tools/call', { name })).error).toMatchObject({
        code: -32602,
        message: `Unknown tool: ${name}`,
      });
    expect((await ask('prompts/get', { name: 'q' })).error?.code).toBe(-32602);
    for (const method of ['resources/read', 'resources/subscribe', 'resources/unsubscribe'])
      expect((await ask(method, { uri: 'X://SECRET/b' })).error?.code).toBe(-32002);
    const ref = { type: 'ref/prompt', name: 'q' };
    expect((await ask('completion/complete', { ref })).error?.code).toBe(-32602);
    expect(driver.link.calls).toHaveLength(length);
    await ask('resources/read', { uri: 'x://open' }, { result: {} });
    expect(driver.link.last).toMatchObject({ method: 'resources/read' });
  });

  it('passes errors of the server, and says when a list is none', async () => {
    const { ask } = await offered();
    const error = { code: -5, message: 'no' };
    expect((await ask('tools/list', {}, { error })).error).toEqual(error);
    expect((await ask('tools/list', {}, { result: { tools: 7 } })).error?.data?.code).toBe(
      'upstream_bad_answer',
    );
    expect((await ask('prompts/list', {}, { result: { prompts: [] } })).result).toEqual({ prompts: [] });
  });

  it('leaves the rest of the conversation as it is without', async () => {
    const { session, driver, connection, server } = await offered();
    expect(session.mount).not.toBe(server);
    expect(connection.messages[0]).toMatchObject({ result: { serverInfo: { name: 'played' } } });
    session.receive(call(2, 'x/unknown', { a: 1 }));
    expect(driver.link.last).toMatchObject({ method: 'x/unknown' });
    session.receive(message({ jsonrpc: '2.0', method: 'notifications/roots/list_changed' }));
    expect(driver.link.last).toMatchObject({ method: 'notifications/roots/list_changed' });
    session.pressure(true);
    expect(driver.link.isPaused).toBe(true);
    session.close('deleted');
    await turn();
    expect(driver.alive).toBe(0);
  });

  it('is the server itself where nothing is said', () => {
    const { server } = world();
    expect(server.mount).toBe(server);
  });
});
