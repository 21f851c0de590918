/** Lists that are too large or broken, and servers that come and go. */
import { describe, expect, it } from 'vitest';
import { greeted, type Has, mergedWorld, namesIn } from './support.ts';

const A: Has = { tools: ['a1', 'both'] };
const B: Has = { tools: ['both', 'b1'] };
const CHANGED = 'notifications/tools/list_changed';

describe('a list that is too large', () => {
  it('[MERGE-TOO-LARGE] is cut, with a reason, and the others go on', async () => {
    const many = Array.from({ length: 30 }, (_, i) => `t${i}`);
    const at = mergedWorld(
      {
        items: { tools: many },
        pages: { tools: many, pageSize: 1 },
        bytes: { tools: ['big'.repeat(500)] },
        b: B,
      },
      { limits: { items: 20, pages: 5, bytes: 1_200 } },
    );
    const client = await greeted(at);
    const listed = (await client.names()) ?? [];
    expect(listed).toContain('b1');
    expect(listed).toContain('items__t0');
    expect(listed).toContain('pages__t4');
    expect(listed).toHaveLength(20 + 5 + 2);
    const troubles = [...at.gateway.servers.values()].map(({ troubles }) => troubles.get('tools'));
    expect(troubles).toEqual([
      'The server "items" lists more than 20 tools under `tools/list`; the rest is left out.',
      'The server "pages" lists more than 5 pages under `tools/list`; the rest is left out.',
      'The server "bytes" lists more than 0 MB under `tools/list`; the rest is left out.',
      undefined,
    ]);
    expect(at.notes.refusals).toEqual(['list_failed', 'list_failed', 'list_failed']);
  });

  it('[MERGE-BROKEN] or is none, is left out, with a reason', async () => {
    const at = mergedWorld({
      none: { tools: [{ title: 'no name' }] },
      error: { server: {} },
      b: B,
    });
    at.servers.error.script = ({ method }) =>
      method === 'tools/list' ? { error: { code: -1, message: 'secret' } } : undefined;
    const client = await greeted(at);
    expect(await client.names()).toEqual(['both', 'b1']);
    const troubles = [...at.gateway.servers.values()].map(({ troubles }) => troubles.get('tools'));
    expect(troubles).toEqual([
      'The server "none" answered `tools/list` with something that is no such list.',
      'The server "error" answered `tools/list` with the error -1.',
      undefined,
    ]);
  });

  it('[MERGE-10000] of 10,000 tools is had whole, page by page', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => `t${i}`);
    const at = mergedWorld({ many: { tools: many, pageSize: 3_000 }, b: { tools: ['b'] } });
    const client = await greeted(at);
    const seen: string[] = [];
    let cursor: unknown;
    do {
      const answer = await client.ask('tools/list', cursor === undefined ? {} : { cursor });
      const page = namesIn(answer) ?? [];
      expect(page.length).toBeLessThanOrEqual(1_000);
      seen.push(...page);
      cursor = answer?.result?.['nextCursor'];
    } while (cursor !== undefined);
    expect(seen).toEqual([...many, 'b']);
    expect(at.servers.many.asked('tools/list')).toHaveLength(4);
  });

  it('whose cursor leads nowhere ends there', async () => {
    const at = mergedWorld({ same: {}, empty: {}, b: B });
    for (const [name, nextCursor] of [
      ['same', 'again'],
      ['empty', ''],
    ] as const) {
      at.servers[name].script = ({ method }) =>
        method === 'tools/list' ? { result: { tools: [{ name }], nextCursor } } : undefined;
    }
    const client = await greeted(at);
    expect(await client.names()).toEqual(['same', 'empty', 'both', 'b1']);
    expect(at.servers.same.asked('tools/list')).toHaveLength(2);
    expect(at.servers.empty.asked('tools/list')).toHaveLength(1);
  });

  it('is refused with a cursor that is none of ours', async () => {
    const at = mergedWorld({ a: A });
    const client = await greeted(at);
    for (const cursor of ['x', 7, null, ''])
      expect((await client.ask('tools/list', { cursor }))?.error?.code, String(cursor)).toBe(-32602);
  });
});

describe('servers that come and go', () => {
  it('[MERGE-RELOAD] are taken over by open sessions, which are told', async () => {
    const at = mergedWorld({ a: A, b: B });
    const client = await greeted(at);
    await client.names();
    at.servers.b.isSlow = true;
    const inFlight = client.send('tools/call', { name: 'b1' });
    await at.gateway.removeServer('b');
    expect(client.answer(inFlight)?.error).toBeDefined();
    at.runtime.advance(100);
    expect(client.heard).toEqual([CHANGED]);
    expect(await client.names()).toEqual(['a1', 'both']);
    expect((await client.ask('tools/call', { name: 'both' }))?.result).toBeDefined();
    const { driver } = mergedWorld({ c: { tools: ['c1'] } }).gateway.servers.get('c') ?? {};
    if (!driver) throw new Error('There is no driver.');
    const c = at.gateway.addServer({ name: 'c', driver });
    at.gateway.merge({ name: '/', members: [...at.merge.members, { server: c }] });
    expect(await client.names()).toEqual(['a1', 'both', 'c1']);
    at.gateway.removeMerge('/');
    expect(client.session.isClosed).toBe(true);
  });
});
