/** What is kept of requests under way: one caller's must leave room for those of others. */
import { describe, expect, it } from 'vitest';
import { toolCall } from '../support.ts';
import { settled, twoNodes } from './two-nodes.ts';

const large = (id: number) => toolCall(id, { name: 't', arguments: { text: 'x'.repeat(2_000) } });

describe('bodies of requests at another node', () => {
  it('[CARRY-ROOM] are kept until that has them; after that their ids tell who lost what', async () => {
    const { near, owner, hub, ask } = await twoNodes({ bodyBytes: 3_000, wholeBytes: 1_000 });
    owner.driver.answersCalls = false;
    const calls = [await ask(large(1)), await ask(large(2)), await ask(large(3))];
    expect(calls.map(({ status }) => status)).toEqual([0, 0, 0]);
    hub.break('near', 'owner');
    await settled();
    for (const [index, call] of calls.entries()) {
      expect([call.status, call.json.id, call.answers]).toEqual([503, index + 1, 1]);
      expect(call.json.error?.message).toContain('may have been carried out');
    }
    owner.driver.answersCalls = true;
    // Nothing of them counts any more.
    expect((await ask(large(4))).status).toBe(200);
    expect(near.gateway.inFlight).toBe(0);
  });

  it('[CARRY-ROOM] are told by their ids on a stream that has none', async () => {
    const { owner, hub, headers, near } = await twoNodes({ wholeBytes: 1_000 });
    owner.driver.answersCalls = false;
    const { responder } = near.begin('POST', '/mcp', {
      body: large(5),
      headers: { ...headers, accept: 'text/event-stream, application/json' },
    });
    await settled();
    owner.runtime.advance(60);
    await settled();
    hub.leave('owner');
    expect(responder.connection?.messages).toMatchObject([{ id: 5, error: { data: { code: 'node_lost' } } }]);
    expect(responder.connection?.closedBy).toBe('done');
  });
});
