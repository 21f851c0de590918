/** A node that stood still, and what it finds out by itself; what nodes share is in memory. */
import { describe, expect, it } from 'vitest';
import { withHubNodes } from '../support/hub-nodes.ts';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { eventually, within } from '../support/raw.ts';
import { fixtureInprocess } from '../support/servers.ts';

describe('a node that goes on', () => {
  it('[FAILOVER-WOKEN] finds out by itself what was claimed, and sends those who follow it elsewhere', async () => {
    await withHubNodes(2, { servers: { fixture: fixtureInprocess() } }, async ({ hub, nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const client = await StreamableClient.start(`${a.url}/mcp`);
      const other = await StreamableClient.start(`${a.url}/mcp`);
      const [standing, kept] = [await client.get(), await other.get()];
      const elsewhere = new StreamableClient(`${b.url}/mcp`, client.version);
      elsewhere.sessionId = client.sessionId;
      hub.pause(a.name);
      expect(textOf(await elsewhere.ask(toolCall(1, 'echo', { text: 'via b' })))).toBe('via b');
      hub.resume(a.name);
      // Nobody asks it for anything.
      expect(await within(standing.events.ended, 'the end of the stream')).toBe('whole');
      expect(standing.events.events.at(-1)?.retry).toBeGreaterThan(0);
      await eventually(
        'each session is at one node',
        () => a.gateway.sessions === 1 && b.gateway.sessions === 1,
      );
      expect(kept.events.end).toBeUndefined();
      kept.cut();
    });
  });
});
