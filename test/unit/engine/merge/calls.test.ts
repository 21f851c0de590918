/** Calls through a merged line: each to the server that has what it is about, under the name it has there. */
import { describe, expect, it } from 'vitest';
import { call, Client, greeted, hello, mergedWorld, message, notify, turn } from './support.ts';

const GIT = { tools: ['log', 'search'], prompts: ['review'] };
const WEB = { tools: ['fetch', 'search'], prompts: ['review', 'sum'] };

describe('a call by name', () => {
  it('[MERGE-CALL] goes to the server that has the tool, under its own name, byte for byte but that', async () => {
    const { servers, ...at } = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.names();
    const args = '{ "n":12345678901234567890, "name":"x","f":1.0 }';
    client.session.receive(
      message(
        `{"jsonrpc":"2.0","params":{"arguments":${args},"name":"web__search"},"id":"a","method":"tools/call"}`,
      ),
    );
    await turn();
    expect(servers.web.link.raw.at(-1)).toBe(
      `{"jsonrpc":"2.0","params":{"arguments":${args},"name":"search"},"id":3,"method":"tools/call"}`,
    );
    expect(client.connection.messages.at(-1)).toMatchObject({ id: 'a', result: { method: 'tools/call' } });
    expect(servers.git.asked('tools/call')).toEqual([]);
  });

  it('is one exchange: it is told to the observer once, with its server', async () => {
    const { servers: _, ...at } = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.ask('tools/call', { name: 'fetch' });
    const ended = at.notes.named('exchangeEnded').filter(({ method }) => method === 'tools/call');
    expect(ended).toMatchObject([{ server: 'web', outcome: 'ok' }]);
  });

  it('[MERGE-UNKNOWN] of nobody is answered -32602, by every name a hidden tool could have', async () => {
    const offer = { tools: { hide: ['log'] } };
    const at = mergedWorld({ git: { ...GIT, server: { offer } }, web: WEB });
    const client = await greeted(at);
    for (const name of ['nothing', 'log', 'git__log', 'web__log', '']) {
      const answer = await client.ask('tools/call', { name });
      expect(answer?.error, name).toMatchObject({ code: -32602, message: `Unknown tool: ${name}` });
    }
    expect((await client.ask('prompts/get', { name: 'x' }))?.error).toMatchObject({
      code: -32602,
      message: 'Unknown prompt: x',
    });
    expect((await client.ask('tools/call', {}))?.error).toMatchObject({ code: -32602 });
    expect(at.servers.git.asked('tools/call')).toEqual([]);
  });

  it('is not let through to a hidden tool before any list was asked for', async () => {
    const offer = { tools: { hide: ['log'], rename: { search: 'find' } } };
    const at = mergedWorld({ git: { ...GIT, server: { offer } }, web: WEB });
    const client = await greeted(at);
    for (const name of ['git__log', 'git__search'])
      expect((await (await greeted(at)).ask('tools/call', { name }))?.error?.code, name).toBe(-32602);
    expect((await client.ask('tools/call', { name: 'git__find' }))?.result).toMatchObject({
      params: { name: 'search' },
    });
    expect(at.servers.git.asked('tools/call')).toHaveLength(1);
  });

  it('before any list was asked for finds its server, and `server__tool` starts no other', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const direct = await greeted(at);
    expect((await direct.ask('tools/call', { name: 'web__fetch' }))?.result).toMatchObject({
      params: { name: 'fetch' },
    });
    expect(at.servers.git.opens).toBe(0);
    const bare = await greeted(at);
    expect((await bare.ask('tools/call', { name: 'search' }))?.result).toBeDefined();
    expect(at.servers.git.asked('tools/call')).toHaveLength(1);
  });

  it('goes by the prompt, or the template, that a completion is for', async () => {
    const at = mergedWorld({ git: GIT, web: { ...WEB, templates: ['note://{id}'] } });
    const client = await greeted(at);
    const complete = (ref: unknown) => client.ask('completion/complete', { ref, argument: { name: 'a' } });
    expect((await complete({ type: 'ref/prompt', name: 'web__review' }))?.result).toMatchObject({
      params: { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'a' } },
    });
    expect((await complete({ type: 'ref/resource', uri: 'note://{id}' }))?.result).toBeDefined();
    expect(at.servers.web.asked('completion/complete')).toHaveLength(2);
    expect((await complete({ type: 'ref/resource', uri: 'x://{y}' }))?.error?.code).toBe(-32002);
    expect((await complete({ type: 'ref/prompt', name: 'gone' }))?.error?.code).toBe(-32602);
    expect((await complete({}))?.error?.code).toBe(-32602);
  });

  it('[MERGE-ISOLATED] to a server that died is told, and the others go on', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.names();
    at.servers.git.isSlow = true;
    const lost = client.send('tools/call', { name: 'log' });
    at.servers.git.link.end({ code: 'exited', message: 'The server "git" exited.' });
    expect((await client.ask('tools/call', { name: 'fetch' }))?.result).toBeDefined();
    expect(client.answer(lost)?.error).toMatchObject({ message: 'The server "git" exited.' });
    at.servers.git.isSlow = false;
    expect((await client.ask('tools/call', { name: 'log' }))?.result).toBeDefined();
    expect(at.servers.git.opens).toBe(2);
  });

  it('of a method that nobody can place is refused', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    expect((await client.ask('tasks/list'))?.error?.code).toBe(-32601);
  });
});

describe('what belongs to all servers', () => {
  it('[MERGE-HELLO] `initialize` is answered at once, in the version that was asked for, and starts nothing', async () => {
    const at = mergedWorld({ git: GIT, web: WEB }, { title: 'acme' });
    const client = new Client(at);
    client.session.receive(hello('h', '2025-03-26'));
    expect(client.connection.messages).toMatchObject([
      {
        id: 'h',
        result: {
          protocolVersion: '2025-03-26',
          capabilities: { tools: { listChanged: true }, resources: { subscribe: true }, logging: {} },
          serverInfo: { name: 'acme' },
        },
      },
    ]);
    expect(client.session.version).toBe('2025-03-26');
    expect(client.session.line.wasInitialized).toBe(true);
    await turn();
    expect(at.servers.git.opens + at.servers.web.opens).toBe(0);
  });

  it("opens each server with the client's own hello, and tells them how they said they are used", async () => {
    const at = mergedWorld({ git: { ...GIT, instructions: 'Use git.' }, web: WEB });
    const client = await greeted(at);
    await client.names();
    for (const { link } of Object.values(at.servers)) {
      expect(link.sent[0]).toMatchObject({ method: 'initialize', params: { capabilities: { roots: {} } } });
      expect(link.methods.filter((method) => method === 'notifications/initialized')).toHaveLength(1);
    }
    const next = await greeted(at);
    expect(next.connection.messages[0]?.result?.['instructions']).toBe('# git\n\nUse git.');
  });

  it('a ping is answered by the gateway, a log level told to every server, now or when it is opened', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.ask('tools/call', { name: 'git__log' });
    expect((await client.ask('ping'))?.result).toEqual({});
    expect((await client.ask('logging/setLevel', { level: 'debug' }))?.result).toEqual({});
    expect((await client.ask('logging/setLevel', { level: 'loud' }))?.error?.code).toBe(-32602);
    expect(at.servers.git.asked('ping')).toEqual([]);
    expect(at.servers.git.asked('logging/setLevel')).toMatchObject([{ params: { level: 'debug' } }]);
    await client.ask('tools/call', { name: 'web__fetch' });
    expect(at.servers.web.asked('logging/setLevel')).toMatchObject([{ params: { level: 'debug' } }]);
  });

  it('roots that changed are told to the servers that are open, and progress and cancelling go to their own', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.names();
    client.session.receive(notify('notifications/roots/list_changed'));
    for (const { link } of Object.values(at.servers))
      expect(link.methods.filter((method) => method === 'notifications/roots/list_changed')).toHaveLength(1);
    at.servers.web.isSlow = true;
    client.session.receive(call('slow', 'tools/call', { name: 'fetch', _meta: { progressToken: 'p' } }));
    const { id } = at.servers.web.link.last;
    at.servers.web.link.notifies('notifications/progress', { progressToken: id, progress: 1 });
    expect(client.connection.messages.at(-1)).toMatchObject({ params: { progressToken: 'p', progress: 1 } });
    client.session.receive(notify('notifications/cancelled', { requestId: 'slow' }));
    expect(at.servers.web.link.last).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: id },
    });
    expect(at.servers.git.link.methods).not.toContain('notifications/cancelled');
  });

  it('[MERGE-QUESTION] a question of a server reaches the client of the session, and its answer that server', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const [client, other] = [await greeted(at), await greeted(at)];
    await client.names();
    await other.names();
    const [link] = at.servers.web.links;
    link?.asks(7, 'sampling/createMessage', { messages: [] });
    const asked = client.connection.messages.at(-1);
    expect(asked).toMatchObject({ method: 'sampling/createMessage' });
    expect(other.connection.messages.some(({ method }) => method === 'sampling/createMessage')).toBe(false);
    client.session.receive(message({ jsonrpc: '2.0', id: asked?.id, result: { role: 'assistant' } }));
    expect(link?.last).toEqual({ jsonrpc: '2.0', id: 7, result: { role: 'assistant' } });
  });

  it('log lines and updates pass, and a server that ends calls its questions off', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.names();
    at.servers.git.link.notifies('notifications/message', { level: 'info', data: 'x' });
    at.servers.git.link.asks(1, 'roots/list');
    at.servers.git.link.end();
    expect(client.heard.slice(-2)).toEqual(['notifications/message', 'notifications/cancelled']);
  });

  it('ends with the session: every server that was opened is closed', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.names();
    client.session.close('deleted');
    await turn();
    expect([at.servers.git.alive, at.servers.web.alive]).toEqual([0, 0]);
    await at.gateway.close();
    expect(at.runtime.timers).toBe(0);
  });

  it('is paused for a client that does not read, and goes on when it does', async () => {
    const at = mergedWorld({ git: GIT, web: WEB });
    const client = await greeted(at);
    await client.ask('tools/call', { name: 'git__log' });
    client.session.pressure(true);
    expect(at.servers.git.link.isPaused).toBe(true);
    client.send('tools/call', { name: 'web__fetch' });
    await turn();
    expect(at.servers.web.link.isPaused).toBe(true);
    client.session.pressure(false);
    expect([at.servers.git.link.isPaused, at.servers.web.link.isPaused]).toEqual([false, false]);
  });
});
