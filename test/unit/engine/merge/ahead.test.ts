/** Servers of a merge that are asked for their lists before anybody does. */
import { expect, it } from 'vitest';
import { greeted, type Has, mergedWorld, turn } from './support.ts';

const A: Has = { tools: ['a1'] };
const B: Has = { tools: ['b1'], prompts: ['pb'] };

/** Time and turns for the gateway to ask everybody. */
async function asked(at: { runtime: { advance(ms: number): void } }): Promise<void> {
  at.runtime.advance(50);
  await turn();
}

it('[MERGE-AHEAD] the first client gets the lists of slow servers, too, as they were told to the gateway', async () => {
  const at = mergedWorld({ slow: A, quick: B }, { ahead: true });
  await asked(at);
  expect([at.servers.slow.alive, at.servers.quick.alive]).toEqual([0, 0]);
  at.servers.slow.isSlow = true;
  const client = await greeted(at);
  const id = client.send('tools/list');
  await turn();
  at.runtime.advance(200);
  expect(JSON.stringify(client.answer(id)?.result)).toContain('a1');
  expect(at.servers.slow.asked('tools/list')).toHaveLength(2);
  at.servers.slow.has = { tools: ['a1', 'a2'] };
  at.servers.slow.wake();
  at.runtime.advance(100);
  expect(client.heard).toEqual([]);
});

it('[MERGE-AHEAD] also of a server that announces a change as soon as it is started', async () => {
  const at = mergedWorld({ slow: A, quick: B }, { ahead: true });
  at.servers.slow.isSlow = true;
  await asked(at);
  at.servers.slow.link.notifies('notifications/tools/list_changed');
  at.servers.slow.wake();
  at.servers.slow.isHeld = true;
  const client = await greeted(at);
  const id = client.send('tools/list');
  await turn();
  at.runtime.advance(200);
  expect(JSON.stringify(client.answer(id)?.result)).toContain('a1');
});

it('[MERGE-AHEAD] what a server then says to the client itself counts, and a change is announced', async () => {
  const at = mergedWorld({ slow: A, quick: B }, { ahead: true });
  await asked(at);
  at.servers.slow.has = { tools: ['other'] };
  at.servers.slow.isHeld = true;
  const client = await greeted(at);
  const id = client.send('tools/list');
  await turn();
  at.runtime.advance(200);
  expect(JSON.stringify(client.answer(id)?.result)).toContain('a1');
  at.servers.slow.release();
  await turn();
  at.runtime.advance(100);
  expect(client.heard).toEqual(['notifications/tools/list_changed']);
  expect(await client.names()).toEqual(['other', 'b1']);
});

it('[MERGE-AHEAD] nobody is asked where that is not wished, nor a server whose list depends on headers of the caller', async () => {
  const quiet = mergedWorld({ a: A, b: B });
  await asked(quiet);
  expect(quiet.servers.a.opens + quiet.servers.b.opens).toBe(0);
  const own = mergedWorld(
    { a: { ...A, server: { forwardHeaders: ['authorization'] } }, b: B },
    { ahead: true },
  );
  await asked(own);
  expect([own.servers.a.opens, own.servers.b.opens]).toEqual([0, 1]);
});

it('[MERGE-AHEAD] a server that is added is asked, others not again; the end of the gateway ends it', async () => {
  const at = mergedWorld({ a: A, b: B }, { ahead: true });
  await asked(at);
  const [a, b] = at.merge.members.map(({ server }) => ({ server }));
  at.merge.change(a ? [a] : []);
  at.merge.change([a, b].flatMap((one) => one ?? []));
  await asked(at);
  expect([at.servers.a.opens, at.servers.b.opens]).toEqual([1, 1]);
  const late = mergedWorld({ a: A, b: B }, { ahead: true });
  late.servers.a.isSlow = true;
  await asked(late);
  await late.gateway.close();
  expect([late.servers.a.alive, late.runtime.timers]).toEqual([0, 0]);
});

it('[MERGE-AHEAD] a server that cannot be asked is told once, and a client is served without it', async () => {
  const at = mergedWorld({ a: A, b: B }, { ahead: true });
  at.servers.a.fault = { code: 'start-failed', message: 'No such command.' };
  await asked(at);
  const client = await greeted(at);
  expect(await client.names()).toEqual(['b1']);
});
