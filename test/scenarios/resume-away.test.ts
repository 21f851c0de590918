/** A stream that an owner before had, asked for while what nodes share cannot be read; what they share is in memory. */
import { expect, it } from 'vitest';
import { withHubNodes } from '../support/hub-nodes.ts';
import { StreamableClient, toolCall, wordOf } from '../support/raw-clients.ts';
import { fixtureInprocess } from '../support/servers.ts';

it('[DEAF-RESUME] is refused for now, with a time to come back, and given once it can be read', async () => {
  const servers = { fixture: fixtureInprocess() };
  await withHubNodes(2, { servers, leaseMs: 2_000 }, async ({ hub, nodes: [a, b] }) => {
    if (!a || !b) throw new Error('There should be two nodes.');
    const client = await StreamableClient.start(`${a.url}/mcp`, '2025-11-25');
    const call = await client.post(toolCall(1, 'sleep', { ms: 25_000 }), { alone: true });
    await call.events.until('an id', () => call.events.events[0]?.id);
    const last = call.events.events[0]?.id ?? '';
    await a.kill();
    const elsewhere = new StreamableClient(`${b.url}/mcp`, client.version);
    elsewhere.sessionId = client.sessionId;
    // It is taken over.
    expect((await elsewhere.ask(toolCall(2, 'echo', { text: 'two' }))).error).toBeUndefined();
    hub.cut(b.name);
    const refused = await elsewhere.get(last);
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '1']);
    hub.heal(b.name);
    const resumed = await elsewhere.get(last);
    expect(await resumed.events.until('the end', () => resumed.events.end)).toBe('whole');
    expect(resumed.events.messages.map(wordOf)).toEqual(['node_lost']);
  });
});
