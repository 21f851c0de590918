/** What can go wrong while a session is claimed: real sockets, real servers; what they share is in memory. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HubDirectory } from '../../src/backplanes/memory-hub-directory.ts';
import { withHubNodes } from '../support/hub-nodes.ts';
import { StreamableClient, textOf, toolCall } from '../support/raw-clients.ts';
import { fixtureInprocess } from '../support/servers.ts';

afterEach(() => vi.restoreAllMocks());

describe('a claim', () => {
  it('[INSIDE-CLAIM-UNHEARD] that was made though its node never heard so is taken up with the next request', async () => {
    await withHubNodes(2, { servers: { fixture: fixtureInprocess() } }, async ({ hub, nodes: [a] }) => {
      if (!a) throw new Error('There should be a node.');
      const client = await StreamableClient.start(`${a.url}/mcp`, '2025-06-18');
      hub.pause(a.name);
      // Its lease has run out.
      await expect.poll(() => a.gateway.cluster?.tenure.isGood).toBe(false);
      const made = HubDirectory.prototype.claim;
      const claims = vi.spyOn(HubDirectory.prototype, 'claim').mockImplementationOnce(async function (
        this: HubDirectory,
        ...asked
      ) {
        await made.apply(this, asked);
        throw new Error('The answer came too late.');
      });
      // The node asks by itself, once it goes on.
      hub.resume(a.name);
      await expect.poll(() => claims.mock.calls.length).toBeGreaterThan(0);
      expect(textOf(await client.ask(toolCall(2, 'echo', { text: 'two' })))).toBe('two');
      expect(claims.mock.calls.length).toBeLessThanOrEqual(3);
    });
  });
});
