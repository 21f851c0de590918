/** Resources of merged servers: each from the server that has it. */
import { describe, expect, it } from 'vitest';
import { greeted, type Has, mergedWorld, notify, turn } from './support.ts';

const A: Has = { resources: ['x://a', 'x://both'], templates: ['file:///{+path}'] };
const B: Has = {
  resources: ['x://both', 'x://b'],
  templates: ['file:///docs/{name}'],
  readable: ['x://hidden'],
};

const read = 'resources/read';

describe('a resource', () => {
  it('[MERGE-READ] is read from the server that lists it, or whose template makes it', async () => {
    const at = mergedWorld({ a: A, b: B });
    const client = await greeted(at);
    for (const uri of ['x://b', 'x://both', 'file:///docs/n', 'file:///else'])
      expect((await client.ask(read, { uri }))?.result, uri).toEqual({ contents: [uri] });
    const uris = (name: 'a' | 'b') => at.servers[name].asked(read).map(({ params }) => params?.['uri']);
    expect(uris('a')).toEqual(['x://both', 'file:///else']);
    expect(uris('b')).toEqual(['x://b', 'file:///docs/n']);
    expect(await client.names('resources/list')).toEqual(['x://a', 'x://both', 'x://b']);
    expect(at.notes.named('refused')).toMatchObject([
      {
        code: 'listed_twice',
        message: 'One item of `resources/list` at "/" came before: the first one counts.',
      },
    ]);
  });

  it('[MERGE-READ-UNLISTED] that nobody lists is looked for by reading, and remembered', async () => {
    const at = mergedWorld({ a: { resources: [] }, b: B });
    const client = await greeted(at);
    expect((await client.ask(read, { uri: 'x://hidden' }))?.result).toEqual({ contents: ['x://hidden'] });
    expect((await client.ask(read, { uri: 'x://hidden' }))?.result).toBeDefined();
    expect(at.servers.a.asked(read)).toHaveLength(1);
    expect(at.servers.b.asked(read)).toHaveLength(2);
    expect((await client.ask(read, { uri: 'x://nobody' }))?.error).toMatchObject({
      code: -32002,
      message: 'Resource not found: x://nobody',
    });
    expect((await client.ask(read, {}))?.error?.code).toBe(-32602);
  });

  it('is found though a server before it hangs, has no resources or cannot be started', async () => {
    const at = mergedWorld({
      hangs: { resources: [] },
      none: { tools: [], capabilities: { tools: {} } },
      gone: {},
      b: B,
    });
    at.servers.gone.fault = { code: 'start-failed', message: 'No.' };
    const client = await greeted(at);
    await client.names('resources/list');
    await client.names('resources/templates/list');
    at.servers.hangs.isSlow = true;
    const id = client.send(read, { uri: 'x://hidden' });
    await turn();
    expect(client.answer(id)).toBeUndefined();
    at.runtime.advance(200);
    await turn();
    expect(client.answer(id)?.result).toEqual({ contents: ['x://hidden'] });
    expect(at.servers.none.asked(read)).toEqual([]);
    // Nobody waits for the one that hangs any more.
    expect(at.servers.hangs.link.methods.at(-1)).toBe('notifications/cancelled');
  });

  it('is looked for no longer when the client calls it off', async () => {
    const at = mergedWorld({ a: { resources: [] }, b: B });
    const client = await greeted(at);
    await client.names('resources/list');
    await client.names('resources/templates/list');
    at.servers.a.isSlow = true;
    const requestId = client.send(read, { uri: 'x://hidden' });
    client.session.receive(notify('notifications/cancelled', { requestId }));
    expect(at.servers.a.link.methods.at(-1)).toBe('notifications/cancelled');
    at.runtime.advance(1_000);
    at.servers.a.wake();
    expect(at.servers.b.asked(read)).toEqual([]);
    expect(client.answer(requestId)).toBeUndefined();
  });

  it('that is hidden is not found, neither listed nor looked for, however it is spelled', async () => {
    const offer = { resources: { hide: ['x://b', 'file:///docs/*'] } };
    const at = mergedWorld({ a: { resources: ['x://a'] }, b: { ...B, server: { offer } } });
    const client = await greeted(at);
    expect(await client.names('resources/list')).toEqual(['x://a', 'x://both']);
    for (const uri of ['x://b', 'file:///docs/n', 'file:///else/../docs/n'])
      expect((await client.ask(read, { uri }))?.error?.code, uri).toBe(-32002);
    expect(at.servers.b.asked(read)).toEqual([]);
  });

  it('that is hidden is not found by a template that is not', async () => {
    const offer = { resources: { hide: ['file:///secret/*'] } };
    const at = mergedWorld({ a: { templates: ['file:///{+path}'], server: { offer } } });
    const client = await greeted(at);
    expect(await client.names('resources/templates/list')).toEqual(['file:///{+path}']);
    expect((await client.ask(read, { uri: 'file:///open' }))?.result).toBeDefined();
    for (const uri of ['file:///secret/a', 'file:///open/../secret/a', 'file:///%73ecret/a'])
      expect((await client.ask(read, { uri }))?.error?.code, uri).toBe(-32002);
    expect(at.servers.a.asked(read)).toHaveLength(1);
  });

  it('[MERGE-SUBSCRIBE] is watched at its own server, whose updates pass, and let go there', async () => {
    const at = mergedWorld({ a: A, b: B });
    const client = await greeted(at);
    for (const uri of ['x://b', 'x://hidden'])
      expect((await client.ask('resources/subscribe', { uri }))?.result).toBeDefined();
    expect(at.servers.a.asked('resources/subscribe')).toEqual([]);
    expect(at.servers.b.asked('resources/subscribe')).toHaveLength(2);
    expect([...client.session.subscriptions]).toEqual(['x://b', 'x://hidden']);
    at.servers.b.link.notifies('notifications/resources/updated', { uri: 'x://b' });
    expect(client.heard).toEqual(['notifications/resources/updated']);
    await client.ask('resources/unsubscribe', { uri: 'x://b' });
    expect(at.servers.b.asked('resources/unsubscribe')).toHaveLength(1);
    expect((await client.ask('resources/unsubscribe', { uri: 'x://never' }))?.result).toEqual({});
    expect([...client.session.subscriptions]).toEqual(['x://hidden']);
    expect((await client.ask('resources/subscribe', { uri: 'x://nobody' }))?.error?.code).toBe(-32002);
  });

  it('is watched up to a cap, over all servers', async () => {
    const at = mergedWorld({ a: A, b: B }, { settings: { subscriptionsPerSession: 2 } });
    const client = await greeted(at);
    const codes: unknown[] = [];
    for (const uri of ['x://a', 'x://b', 'x://both'])
      codes.push((await client.ask('resources/subscribe', { uri }))?.error?.code);
    expect(codes).toEqual([undefined, undefined, -32000]);
  });

  it('and what was found are remembered up to a cap', async () => {
    const readable = Array.from({ length: 5 }, (_, i) => `x://${i}`);
    const at = mergedWorld({ a: {}, b: { readable } }, { limits: { owners: 2 } });
    const client = await greeted(at);
    for (const uri of [...readable, 'x://4', 'x://0']) await client.ask(read, { uri });
    expect(at.servers.a.asked(read)).toHaveLength(6);
  });
});
