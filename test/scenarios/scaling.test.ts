/** What somebody sees who looks after several gateways. */
import { describe, expect, it } from 'vitest';
import { withHubNodes } from '../support/hub-nodes.ts';
import { fixtureInprocess } from '../support/servers.ts';

const servers = { fixture: fixtureInprocess() };
const KEY = 'key-of-ann-1234567890';

async function health(url: string, headers: Record<string, string> = {}) {
  return (await (await fetch(`${url}/health`, { headers })).json()) as { cluster?: unknown };
}

describe('a node among others', () => {
  it('[SCALING-SHOWN] says how it is and who they are, to whom it may', async () => {
    await withHubNodes(2, { servers, apiKeys: [KEY] }, async ({ hub, nodes: [a, b] }) => {
      if (!a || !b) throw new Error('There should be two nodes.');
      const told = () => health(a.url, { 'x-api-key': KEY });
      await expect
        .poll(async () => (await told()).cluster, { timeout: 5_000 })
        .toEqual({ state: 'held', url: a.url, others: [b.url] });
      expect(await health(a.url)).not.toHaveProperty('cluster');
      hub.cut(a.name);
      await expect
        .poll(async () => (await told()).cluster, { timeout: 5_000 })
        .toMatchObject({ state: 'cut' });
    });
  });

  it('[SCALING-NOT-WELL] ends while nothing is shared, and does not say that it is well again', async () => {
    const recovered: string[] = [];
    const observer = { recovered: ({ code }: { code: string }) => void recovered.push(code) };
    await withHubNodes(1, { servers, observer }, async ({ hub, nodes: [a] }) => {
      if (!a) throw new Error('There should be a node.');
      hub.cut(a.name);
      await expect
        .poll(async () => (await fetch(`${a.url}/readyz`)).text(), { timeout: 5_000 })
        .toContain('backplane_away');
      await a.gateway.close();
      expect(recovered).toEqual([]);
    });
  });
});
