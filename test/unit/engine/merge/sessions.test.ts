/** Clients of a merge that are not as the others: without `initialize`, without a session, with headers of their own. */
import { describe, expect, it } from 'vitest';
import { stateless } from '../../../../src/dialects/streamable.ts';
import { isRefusal } from '../../../../src/engine/gateway.ts';
import { call, Client, greeted, mergedWorld, message, namesIn, notify, turn, type Wire } from './support.ts';
import { textOf } from '../wire.ts';

const GIT = { tools: ['log', 'search'] };
const WEB = { tools: ['fetch', 'search'] };

describe('a client', () => {
  it('that never sends `initialize` is served: the gateway greets the servers in its own name', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = new Client(at);
    expect((await client.ask('tools/call', { name: 'fetch' }))?.result).toBeDefined();
    expect(await client.names()).toEqual(['log', 'git__search', 'fetch', 'web__search']);
    expect(at.servers.web.link.sent[0]).toMatchObject({
      method: 'initialize',
      params: { capabilities: {}, clientInfo: { name: 'sluice' } },
    });
  });

  it('that names no session is served on links that all such share, without announcements', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const session = at.gateway.stateless({
      mount: at.merge,
      principal: 'anybody',
      dialect: stateless,
      version: '2025-03-26',
    });
    if (isRefusal(session)) throw new Error(session.message);
    const answers: Wire[] = [];
    const sink = {
      event: () => {},
      answer: (data: Uint8Array | readonly Uint8Array[]) => answers.push(JSON.parse(textOf(data)) as Wire),
      cancelled: () => {},
      isFollowed: true,
    };
    session.receive(call(1, 'tools/list', {}), sink);
    session.receive(call(1, 'tools/call', { name: 'web__search' }), sink);
    await turn();
    expect(answers.map(namesIn).filter(Boolean)).toEqual([['log', 'git__search', 'fetch', 'web__search']]);
    expect(answers).toHaveLength(2);
    expect(at.servers.web.links[0]?.context.principal).toBe('anybody');
    const { timers } = at.runtime;
    at.servers.web.link.notifies('notifications/tools/list_changed');
    expect(timers).toBe(at.runtime.timers);
    session.receive(call(2, 'logging/setLevel', { level: 'info' }), sink);
    expect(answers.at(-1)?.error?.code).toBe(-32601);
  });

  it('whose headers are passed on is told what the server lists to it, and nobody else is', async () => {
    const at = mergedWorld({ git: { ...GIT, server: { forwardHeaders: ['x-tenant'] } }, web: WEB });
    expect(at.merge.forwardHeaders).toEqual(['x-tenant']);
    for (const tenant of ['a', 'a', 'b'])
      await (await greeted(at, { forwarded: { 'x-tenant': tenant } })).names();
    expect(at.servers.git.asked('tools/list')).toHaveLength(3);
    expect(at.servers.web.asked('tools/list')).toHaveLength(1);
    expect(at.servers.git.links.map(({ context }) => context.forwarded?.['x-tenant'])).toEqual([
      'a',
      'a',
      'b',
    ]);
    expect(at.servers.web.link.context.forwarded).toBeUndefined();
  });

  it('may greet twice, and is greeted twice', async () => {
    const at = mergedWorld({ git: GIT });
    const client = await greeted(at);
    expect(client.send('initialize', { protocolVersion: '9999' })).toBe(1);
    expect(client.answer(1)?.result).toMatchObject({ protocolVersion: '2025-11-25' });
  });
});

describe('what a server says while it lists', () => {
  it('to the request of the gateway goes to the client as if it belonged to none of its calls', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    at.servers.git.isSlow = true;
    const client = await greeted(at);
    client.send('tools/list');
    await turn();
    const number = Number(at.servers.git.link.last.id);
    at.servers.git.link.asks(5, 'roots/list', {}, number);
    at.servers.git.link.notifies('notifications/message', { level: 'info', data: 'listing' }, number);
    const asked = client.connection.messages.find(({ method }) => method === 'roots/list');
    expect(client.heard).toEqual(['notifications/message']);
    client.session.receive(message({ jsonrpc: '2.0', id: asked?.id, result: { roots: [] } }));
    expect(at.servers.git.link.last).toEqual({ jsonrpc: '2.0', id: 5, result: { roots: [] } });
  });
});

describe('a request that waits for servers', () => {
  it('and is called off gets no answer, and goes nowhere', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    at.servers.git.isSlow = true;
    at.servers.web.isSlow = true;
    const client = await greeted(at);
    const [list, called] = [client.send('tools/list'), client.send('tools/call', { name: 'log' })];
    await turn();
    for (const requestId of [list, called])
      client.session.receive(notify('notifications/cancelled', { requestId }));
    at.servers.git.wake();
    at.servers.web.wake();
    await turn();
    expect([client.answer(list), client.answer(called)]).toEqual([undefined, undefined]);
    expect(at.servers.git.asked('tools/call')).toEqual([]);
  });

  it('is answered when the session ends, once', async () => {
    const at = mergedWorld({ git: GIT });
    at.servers.git.isSlow = true;
    const client = await greeted(at);
    const ids = ['tools/list', 'tools/call', 'resources/read'].map((method) =>
      client.send(method, { name: 'x', uri: 'x://y' }),
    );
    await turn();
    client.session.close('deleted');
    at.servers.git.wake();
    await turn();
    for (const id of ids)
      expect(client.connection.messages.filter((wire) => wire.id === id)).toMatchObject([
        { error: { data: { code: 'session_closed' } } },
      ]);
  });

  it('is refused when too much waits', async () => {
    const at = mergedWorld({ git: GIT }, { settings: { upstreamQueuedBytes: 1_000 } });
    at.servers.git.isHeld = true;
    const client = await greeted(at);
    const ids = Array.from({ length: 6 }, () => client.send('tools/call', { name: 'log' }));
    const refused = ids.filter((id) => client.answer(id)?.error?.data?.code === 'upstream_busy');
    expect(refused.length).toBeGreaterThan(0);
    at.servers.git.release();
    await turn();
    expect(ids.filter((id) => client.answer(id)).length).toBe(ids.length);
  });

  it('is told when its server is taken out before it was open', async () => {
    const at = mergedWorld({ git: GIT, web: { ...WEB, server: { sharing: 'shared' } } });
    at.servers.web.isHeld = true;
    const client = await greeted(at);
    const id = client.send('tools/call', { name: 'web__fetch' });
    at.merge.change(at.merge.members.slice(0, 1));
    expect(client.answer(id)?.error?.message).toBe('The server "web" was taken out.');
    at.servers.web.release();
    await turn();
    expect(await client.names()).toEqual(['log', 'search']);
    expect(at.gateway.servers.get('web')?.lists.watchers.size).toBe(0);
  });
});
