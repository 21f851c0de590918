/** Nodes that do not reach one another, or cannot hear one another. */
import { describe, expect, it } from 'vitest';
import { toolCall } from '../support.ts';
import { settled, twoNodes } from './two-nodes.ts';

describe('a node that misses what nodes share', () => {
  it('[DEAF-ASK] carries nothing, also where the bus would take it: nothing is done, and that is said at once', async () => {
    const { near, owner, hub, headers, ask } = await twoNodes();
    const { length: sent } = owner.driver.link.sent;
    hub.isReached = false;
    const call = await ask(toolCall(1));
    const stream = near.begin('GET', '/mcp', { headers }).responder;
    await settled();
    for (const { status, json } of [call, stream])
      expect([status, json.error?.data?.code]).toEqual([503, 'owner_uncertain']);
    expect([hub.sent, owner.driver.link.sent.length]).toEqual([0, sent]);
    hub.isReached = true;
    expect((await ask(toolCall(2))).status).toBe(200);
  });

  it('[DEAF-APART] parted again and again, it tells once, leaves no timer, and carries again once it can', async () => {
    const { near, owner, hub, headers, ask } = await twoNodes({ retryMs: 50 });
    const { timers } = near.runtime;
    const standing = near.begin('GET', '/mcp', { headers }).responder;
    await settled();
    owner.driver.answersCalls = false;
    const call = await ask(toolCall(1), { accept: '*/*' });
    hub.stop('near', 'owner');
    hub.stop('owner', 'near');
    near.relay.apart();
    owner.relay.apart();
    near.relay.apart();
    expect([call.status, call.answers, standing.connection?.closedBy]).toEqual([503, 1, 'done']);
    near.runtime.advance(60_000);
    owner.runtime.advance(60_000);
    hub.goOn();
    near.runtime.advance(50);
    owner.runtime.advance(50);
    await settled();
    owner.driver.answersCalls = true;
    expect((await ask(toolCall(2))).status).toBe(200);
    await settled();
    near.runtime.advance(60_000);
    expect(near.runtime.timers).toBeLessThanOrEqual(timers);
    expect(call.answers).toBe(1);
  });

  it('[DEAF-APART] closed meanwhile, it leaves no timer', async () => {
    const { near, hub, ask, owner } = await twoNodes({ retryMs: 50, closeMs: 1_000 });
    owner.driver.answersCalls = false;
    await ask(toolCall(1), { accept: '*/*' });
    hub.stop('near', 'owner');
    near.relay.apart();
    const { timers } = near.runtime;
    const closing = near.relay.close();
    for (let ms = 0; ms < 1_100; ms += 50) {
      await settled();
      near.runtime.advance(50);
    }
    await closing;
    expect(near.runtime.timers).toBeLessThan(timers);
  });
});

it('[DEAF-AGAIN] of what is asked anew at once, what was sent is heard, though what was asked before it was not', async () => {
  const { near, hub, headers } = await twoNodes();
  hub.lose('near', 'owner');
  const two = [1, 2].map(() => near.begin('GET', '/mcp', { headers }).responder);
  await settled();
  expect(two.map(({ status }) => status)).toEqual([0, 0]);
  hub.goOn();
  let asked = 0;
  near.front.change({
    whereIs: () => {
      if (++asked === 1) hub.stop('near', 'owner');
      else hub.goOn();
      return { node: 'owner' };
    },
  });
  near.relay.broken('owner');
  await settled();
  expect(two.map(({ status }) => status)).toEqual([503, 200]);
});
