/** Lists of merged servers: gathered in time, kept, announced when they are others, and bounded. */
import { describe, expect, it } from 'vitest';
import { MERGE_LIMITS } from '../../../../src/engine/merge/limits.ts';
import { Client, greeted, type Has, mergedWorld, namesIn, turn } from './support.ts';

const A: Has = { tools: ['a1', 'both'], prompts: ['pa'] };
const B: Has = { tools: ['both', 'b1'], resources: ['x://1'], templates: ['x://{id}'] };
const CHANGED = 'notifications/tools/list_changed';

describe('a list of several servers', () => {
  it('[MERGE-LIST] has what each of them lists, all its pages, in the order of the configuration', async () => {
    const at = mergedWorld({ a: { ...A, pageSize: 1 }, b: B });
    const client = await greeted(at);
    expect(await client.names()).toEqual(['a1', 'a__both', 'b__both', 'b1']);
    expect(await client.names('prompts/list')).toEqual(['pa']);
    expect(await client.names('resources/list')).toEqual(['x://1']);
    expect(await client.names('resources/templates/list')).toEqual(['x://{id}']);
    expect(at.servers.a.asked('tools/list').map(({ params }) => params)).toEqual([{}, { cursor: '1' }]);
  });

  it('is not asked of a server that says it has no such thing', async () => {
    const at = mergedWorld({ a: { ...A, capabilities: { tools: {} } }, b: B });
    const client = await greeted(at);
    expect(await client.names('prompts/list')).toEqual([]);
    expect(at.servers.a.asked('prompts/list')).toEqual([]);
    expect(at.servers.b.asked('prompts/list')).toHaveLength(1);
  });

  it('[MERGE-SLOW] waits a little for who is slow, goes out without, and what comes later is announced', async () => {
    const at = mergedWorld({ slow: A, quick: B });
    at.servers.slow.isSlow = true;
    const client = await greeted(at);
    const id = client.send('tools/list');
    await turn();
    at.runtime.advance(199);
    expect(client.answer(id)).toBeUndefined();
    at.runtime.advance(1);
    expect(namesIn(client.answer(id))).toEqual(['both', 'b1']);
    // It was waited for once: the next list does not wait again.
    expect(await client.names()).toEqual(['both', 'b1']);
    at.servers.slow.wake();
    at.runtime.advance(99);
    expect(client.heard).toEqual([]);
    at.runtime.advance(1);
    expect(client.heard).toEqual([CHANGED]);
    expect(await client.names()).toEqual(['a1', 'slow__both', 'quick__both', 'b1']);
    expect((await client.ask('tools/call', { name: 'both' }))?.result).toBeDefined();
    expect(at.servers.quick.asked('tools/call')).toHaveLength(1);
  });

  it('waits for the first server as long as it takes, and a call finds a tool of one that is late', async () => {
    const at = mergedWorld({ slow: A, quick: B });
    at.servers.slow.isSlow = true;
    at.servers.quick.isSlow = true;
    const client = await greeted(at);
    const list = client.send('tools/list');
    const called = client.send('tools/call', { name: 'a1' });
    await turn();
    at.runtime.advance(5_000);
    expect([client.answer(list), client.answer(called)]).toEqual([undefined, undefined]);
    at.servers.quick.wake();
    at.runtime.advance(200);
    expect(namesIn(client.answer(list))).toEqual(['both', 'b1']);
    expect(client.answer(called)).toBeUndefined();
    at.servers.slow.wake();
    expect(client.answer(called)?.result).toMatchObject({ params: { name: 'a1' } });
  });

  it('[MERGE-UNKNOWN-LAST] a tool is unknown only when every server has answered or its time is up', async () => {
    const at = mergedWorld({ slow: { ...A, server: { startMs: 30_000 } }, quick: B });
    at.servers.slow.isSlow = true;
    const client = await greeted(at);
    await client.names();
    const id = client.send('tools/call', { name: 'nothing' });
    at.runtime.advance(29_999);
    expect(client.answer(id)).toBeUndefined();
    at.runtime.advance(1);
    expect(client.answer(id)?.error).toMatchObject({ code: -32602, message: 'Unknown tool: nothing' });
    expect(at.servers.slow.link.methods.at(-1)).toBe('notifications/cancelled');
  });

  it('[MERGE-DOWN] goes out without a server that cannot be started, and is an error only without any', async () => {
    const at = mergedWorld({ a: A, b: B });
    at.servers.a.fault = { code: 'start-failed', message: 'No such command.' };
    const client = await greeted(at);
    expect(await client.names()).toEqual(['both', 'b1']);
    expect(at.notes.refusals).toEqual(['start-failed']);
    at.servers.b.fault = at.servers.a.fault;
    const next = await greeted(at, { principal: 'other' });
    expect((await next.ask('tools/list'))?.error?.message).toBe('None of the servers could be asked.');
  });

  it('is not asked for again while it is known, by nobody to whom the server would say the same', async () => {
    const at = mergedWorld({ a: A, b: B });
    const client = await greeted(at);
    await client.names();
    await client.names();
    const next = await greeted(at);
    expect(await next.names()).toEqual(['a1', 'a__both', 'b__both', 'b1']);
    expect([at.servers.a.opens, at.servers.a.asked('tools/list').length]).toEqual([1, 1]);
    expect(next.session.line).not.toBe(client.session.line);
    at.runtime.advance(MERGE_LIMITS.freshMs);
    await next.names();
    expect(at.servers.a.asked('tools/list')).toHaveLength(2);
  });

  it('[MERGE-PRINCIPAL] is not given to another principal, unless all share the server', async () => {
    const at = mergedWorld({ own: A, shared: { ...B, server: { sharing: 'shared' } } });
    await (await greeted(at)).names();
    await (await greeted(at, { principal: 'other' })).names();
    expect(at.servers.own.asked('tools/list')).toHaveLength(2);
    expect(at.servers.shared.asked('tools/list')).toHaveLength(1);
  });

  it('is not given to a client that can do other things', async () => {
    const at = mergedWorld({ a: A });
    await (await greeted(at)).names();
    const other = new Client(at);
    other.send('initialize', { protocolVersion: '2025-06-18', capabilities: { sampling: {} } });
    await other.names();
    expect(at.servers.a.asked('tools/list')).toHaveLength(2);
  });
});

describe('a list that changes', () => {
  it('[MERGE-CHANGED] is announced once for many changes, and asked for anew', async () => {
    const at = mergedWorld({ a: A, b: B });
    const client = await greeted(at);
    await client.names();
    at.servers.a.has = { ...A, tools: ['new'] };
    for (let i = 0; i < 5; i++) at.servers.a.link.notifies(CHANGED);
    at.servers.b.link.notifies(CHANGED);
    at.servers.b.link.notifies('notifications/resources/list_changed');
    at.runtime.advance(100);
    expect(client.heard).toEqual([CHANGED, 'notifications/resources/list_changed']);
    expect(await client.names()).toEqual(['new', 'both', 'b1']);
    expect(at.servers.a.asked('tools/list')).toHaveLength(2);
    at.runtime.advance(1_000);
    expect(client.heard).toHaveLength(2);
  });

  it('in the conversation of one session is nobody else’s', async () => {
    const at = mergedWorld({ a: A });
    const [one, two] = [await greeted(at), await greeted(at)];
    await one.names();
    await two.ask('tools/call', { name: 'a1' });
    at.servers.a.has = { tools: ['mine'] };
    at.servers.a.links[0]?.notifies(CHANGED);
    expect(await one.names()).toEqual(['mine']);
    at.servers.a.has = A;
    expect(await two.names()).toEqual(['a1', 'both']);
    expect(await one.names()).toEqual(['mine']);
    at.servers.a.links[0]?.end();
    expect(await one.names()).toEqual(['a1', 'both']);
    at.runtime.advance(100);
    expect(one.heard).toContain(CHANGED);
  });

  it('on a link that all share is announced to every session, also those that have no part in it', async () => {
    const at = mergedWorld({ a: { ...A, server: { sharing: 'shared' } } });
    const [one, two] = [await greeted(at), await greeted(at)];
    await one.names();
    await two.names();
    at.servers.a.has = { tools: ['new'] };
    at.servers.a.link.notifies(CHANGED);
    at.runtime.advance(100);
    expect([one.heard, two.heard]).toEqual([[CHANGED], [CHANGED]]);
    expect(await two.names()).toEqual(['new']);
  });

  it('while it is being fetched is not taken for what is', async () => {
    const at = mergedWorld({ a: A });
    const client = await greeted(at);
    await client.ask('tools/call', { name: 'a__a1' });
    at.servers.a.isSlow = true;
    client.send('tools/list');
    at.servers.a.link.notifies(CHANGED);
    at.servers.a.wake();
    at.servers.a.has = { tools: ['new'] };
    expect(await client.names()).toEqual(['new']);
  });
});

describe('a server that is down', () => {
  it('keeps what it listed in the list, and a call says what is wrong', async () => {
    const at = mergedWorld({ a: A, b: B });
    const client = await greeted(at);
    await client.names();
    at.servers.a.fault = { code: 'backoff', message: 'The server "a" keeps failing.' };
    at.servers.a.state = 'backoff';
    at.servers.a.link.end();
    at.runtime.advance(MERGE_LIMITS.freshMs);
    expect(await client.names()).toEqual(['a1', 'a__both', 'b__both', 'b1']);
    const answer = await client.ask('tools/call', { name: 'a1' });
    expect(answer?.error?.message).toBe('The server "a" keeps failing.');
  });

  it('[MERGE-HIDE] is left out where that is wished, and its names stay its own', async () => {
    const at = mergedWorld({ a: A, b: B }, { down: 'hide' });
    const client = await greeted(at);
    await client.names();
    at.servers.a.fault = { code: 'backoff', message: 'The server "a" keeps failing.' };
    at.servers.a.state = 'backoff';
    at.servers.a.link.end();
    at.runtime.advance(100);
    expect(client.heard).toEqual([CHANGED]);
    expect(await client.names()).toEqual(['b__both', 'b1']);
    expect((await client.ask('tools/call', { name: 'a1' }))?.error?.message).toContain('keeps failing');
  });

  it('[MERGE-BACK] is asked again by itself, and what it has is announced when it is back', async () => {
    const at = mergedWorld({ a: A, b: B });
    at.servers.a.fault = { code: 'start-failed', message: 'No.' };
    const [one, two] = [await greeted(at), await greeted(at)];
    expect(await one.names()).toEqual(['both', 'b1']);
    expect(await two.names()).toEqual(['both', 'b1']);
    const { opens } = at.servers.a;
    at.runtime.advance(MERGE_LIMITS.retryMs);
    await turn();
    expect(at.servers.a.opens).toBe(opens + 1);
    at.servers.a.fault = undefined;
    at.runtime.advance(MERGE_LIMITS.retryMs * 2);
    await turn();
    at.runtime.advance(100);
    expect([one.heard, two.heard]).toEqual([[CHANGED], [CHANGED]]);
    expect(await two.names()).toEqual(['a1', 'a__both', 'b__both', 'b1']);
    expect(at.gateway.servers.get('a')?.troubles.size).toBe(0);
  });
});
