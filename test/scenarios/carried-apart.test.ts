/** What was carried to its owner by a node that then misses what nodes share: real sockets, what they share is in memory. */
import { describe, expect, it } from 'vitest';
import { type HubNodes, withHubNodes } from '../support/hub-nodes.ts';
import type { EventFeed, Reply } from '../support/raw.ts';
import { StreamableClient, toolCall, wordOf } from '../support/raw-clients.ts';
import { fixtureInprocess } from '../support/servers.ts';

/** Far longer than a node takes to find out. */
const LONG_MS = 25_000;
const SOON_MS = 8_000;

/** What a session at the first node has under way through the second, when `part` parts them. */
async function underWay(part: (all: HubNodes, owner: string, through: string) => void) {
  return withHubNodes(3, { servers: { fixture: fixtureInprocess() } }, async (all) => {
    const [a, b] = all.nodes;
    if (!a || !b) throw new Error('There should be three nodes.');
    const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
    const far = new StreamableClient(`${b.url}/mcp`, client.version);
    far.sessionId = client.sessionId;
    const standing = await far.get();
    const call = await far.post(toolCall(1, 'sleep', { ms: LONG_MS }), { alone: true });
    expect([standing.status, call.status, call.isStream]).toEqual([200, 200, true]);
    part(all, a.name, b.name);
    return { standing: await ended(standing), call: await ended(call) };
  });
}

/** All that came until the end, which came in good order. */
async function ended({ events }: Reply): Promise<EventFeed> {
  expect(await events.until('the end', () => events.end, SOON_MS)).toBe('whole');
  return events;
}

describe('what was carried', () => {
  it('[FAILOVER-CARRIED-CUT] is told lost by a node that is cut off', async () => {
    const { standing, call } = await underWay(({ hub }, _, through) => hub.cut(through));
    expect(standing.events.at(-1)?.retry).toBeGreaterThan(0);
    expect(call.messages.map(wordOf)).toEqual(['node_lost']);
  });

  it('[FAILOVER-CARRIED-ALONE] is told lost where all nodes miss what they share', async () => {
    const { standing, call } = await underWay(({ hub, nodes }) => {
      for (const { name } of nodes) hub.cut(name);
    });
    expect(standing.events.at(-1)?.retry).toBeGreaterThan(0);
    expect(call.messages.map(wordOf)).toEqual(['node_lost']);
  });
});
