/** What can go wrong while a session is claimed: real sockets, real servers; what they share is in memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HubDirectory } from '../../src/backplanes/memory-hub-directory.ts';
import { withHubNodes } from '../support/hub-nodes.ts';
import { StreamableClient, textOf, toolCall, wordOf } from '../support/raw-clients.ts';
import type { Rpc } from '../support/raw.ts';
import { fixtureInprocess } from '../support/servers.ts';

afterEach(() => vi.restoreAllMocks());

describe('a claim', () => {
  it('[INSIDE-CLAIM-UNHEARD] that was made though its node never heard so is taken up with the next request', async () => {
    await withHubNodes(2, { servers: { fixture: fixtureInprocess() } }, async ({ hub, nodes: [a] }) => {
      if (!a) throw new Error('There should be a node.');
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      hub.pause(a.name);
      await new Promise((resolve) => setTimeout(resolve, 400));
      hub.resume(a.name);
      const made = HubDirectory.prototype.claim;
      const claims = vi.spyOn(HubDirectory.prototype, 'claim').mockImplementationOnce(async function (
        this: HubDirectory,
        ...asked
      ) {
        await made.apply(this, asked);
        throw new Error('The answer came too late.');
      });
      const refused = await client.post(toolCall(1, 'echo', { text: 'one' }));
      expect([refused.status, wordOf(await refused.json<Rpc>())]).toEqual([503, 'owner_uncertain']);
      expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'two' })))).toBe('two');
      expect(claims.mock.calls.length).toBeLessThanOrEqual(3);
    });
  });
});
