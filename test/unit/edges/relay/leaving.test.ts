/** A node that goes away, or stood still, while requests are carried to it. */
import { describe, expect, it } from 'vitest';
import { toolCall } from '../support.ts';
import { settled, twoNodes } from './two-nodes.ts';

type Nodes = Awaited<ReturnType<typeof twoNodes>>;

const AT_ONCE = { settings: { drainDelayMs: 0 } };

/** The owner lets go of the session; where it is then, the other node finds out by `where`. */
async function left({ near, owner }: Nodes, where: () => Nodes['near']['where']['is']): Promise<void> {
  void owner.gateway.drain();
  await settled();
  owner.runtime.advance(1);
  await settled();
  owner.where.is = 'uncertain';
  near.front.change({ whereIs: where });
}

describe('a node that goes away', () => {
  it('[CARRY-BACK] what it has let go of is given back, and served anew where it is by then', async () => {
    const nodes = await twoNodes({}, AT_ONCE);
    const { near, owner, ask } = nodes;
    const { length: sent } = owner.driver.link.sent;
    await left(nodes, () => (near.gaveBack.length === 0 ? { node: 'owner' } : 'nowhere'));
    const reply = await ask(toolCall(1));
    await settled();
    expect(near.gaveBack).toEqual(['owner']);
    // What it is told now is the word of the node where it landed.
    expect(reply.status).toBe(404);
    expect(owner.driver.link.sent.slice(sent).filter((message) => message.method === 'tools/call')).toEqual(
      [],
    );
  });

  it('[CARRY-BACK] streams, too', async () => {
    const nodes = await twoNodes({}, AT_ONCE);
    const { near, headers } = nodes;
    await left(nodes, () => (near.gaveBack.length === 0 ? { node: 'owner' } : 'nowhere'));
    const { responder } = near.begin('GET', '/mcp', { headers });
    await settled();
    expect([near.gaveBack, responder.status]).toEqual([['owner'], 404]);
  });

  it('[CARRY-BACK] what is given back again and again is refused: nothing was done', async () => {
    const nodes = await twoNodes({}, AT_ONCE);
    const { near, ask } = nodes;
    await left(nodes, () => ({ node: 'owner' }));
    const reply = await ask(toolCall(1));
    for (let round = 0; round < 4; round++) await settled();
    expect([reply.status, reply.json.error?.data?.code]).toEqual([503, 'owner_uncertain']);
    expect(near.gaveBack.length).toBe(4);
  });

  it('[CARRY-LAPSED] what was asked before a lease lapsed is given back: it may be done elsewhere by now', async () => {
    const nodes = await twoNodes();
    const { near, owner, hub, ask } = nodes;
    const { length: sent } = owner.driver.link.sent;
    let looks = 0;
    near.front.change({ whereIs: () => (looks++ === 0 ? ({ node: 'owner' } as const) : 'nowhere') });
    hub.heldUntil = 0;
    expect((await ask(toolCall(1))).status).toBe(404);
    hub.heldUntil = Infinity;
    looks = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    hub.keeping = promise;
    const begun = await ask(toolCall(2));
    // It lapses while the owner waits for its word to be kept.
    hub.term++;
    resolve();
    await settled();
    await settled();
    expect(begun.status).toBe(404);
    // It is not taken for one that leaves: whose its sessions are would be looked up for each request from then on.
    expect(near.gaveBack).toEqual([]);
    expect(owner.driver.link.sent.slice(sent).filter((message) => message.method === 'tools/call')).toEqual(
      [],
    );
  });
});
