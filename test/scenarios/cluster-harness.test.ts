/** The cluster that tests break: real processes, killed, paused and started anew behind the balancer. */
import { expect, test } from 'vitest';
import { withCluster } from '../support/cluster.ts';
import { freePort } from '../support/ports.ts';
import { StreamableClient } from '../support/raw-clients.ts';

test.concurrent('[PLAY-CLUSTER] nodes are killed, paused and started anew, and the balancer knows', async ({
  expect,
}) => {
  const config = { mcpServers: { aare: { builtin: 'aare' } } };
  await withCluster({ config, nodes: 2 }, async (cluster) => {
    const { balancer } = cluster;
    const nodeOfNext = async () => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      const answer = await fetch(`${cluster.url}/mcp`, { method: 'POST', headers, body });
      await answer.text();
      return answer.headers.get('x-node');
    };
    const nodesOfTwo = async () => new Set([await nodeOfNext(), await nodeOfNext()]);
    expect(await nodesOfTwo()).toEqual(new Set(['n0', 'n1']));

    await cluster.kill(0);
    expect(cluster.node(0).isRunning).toBe(false);
    expect(await nodesOfTwo()).toEqual(new Set(['n1']));
    await cluster.start(0);
    expect(await nodesOfTwo()).toEqual(new Set(['n0', 'n1']));

    const before = cluster.node(1).pid;
    await cluster.restart(1);
    expect(cluster.node(1).pid).not.toBe(before);
    expect(cluster.logs()).toContain('SIGTERM');
    expect(await nodesOfTwo()).toEqual(new Set(['n0', 'n1']));

    cluster.pause(0);
    await expect.poll(() => balancer.ready, { timeout: 20_000 }).toEqual(['n1']);
    expect(await nodesOfTwo()).toEqual(new Set(['n1']));
    cluster.resume(0);
    await expect.poll(() => balancer.ready, { timeout: 20_000 }).toEqual(['n0', 'n1']);
  });
});

test.concurrent('[PLAY-CLUSTER] what a node cannot start with is told with its own words', async () => {
  const starting = withCluster({ config: { mcpServers: 7 }, nodes: 1, redis: 'none' }, () =>
    Promise.resolve(),
  );
  await expect(starting).rejects.toThrow(/sluice\.json:1:\d+: mcpServers must be an object/);
});

test.concurrent('[PLAY-WIRED] REDIS_URL is all it takes: a session that was opened at one node is served by each', async () => {
  const config = { mcpServers: { aare: { builtin: 'aare' } } };
  await withCluster({ config, nodes: 2, stateKeys: false }, async (cluster) => {
    const client = await StreamableClient.start(cluster.mcp(), '2025-11-25', {});
    const seen = new Set<unknown>();
    for (const id of [1, 2, 3, 4]) {
      const answer = await client.post({ jsonrpc: '2.0', id, method: 'tools/list' });
      seen.add(answer.headers['x-node']);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('"tools":[');
    }
    expect(seen).toEqual(new Set(['n0', 'n1']));
  });
});

test.concurrent('[PLAY-WIRED] a Redis that is not reached is told in one sentence, with its place', async () => {
  const port = await freePort();
  const config = { mcpServers: {}, cluster: { redis: `redis://:hush-hush@127.0.0.1:${port}` } };
  const starting = withCluster({ config, nodes: 1, redis: 'none' }, () => Promise.resolve());
  const said = await starting.then(
    () => '',
    (error: Error) => error.message,
  );
  expect(said).toMatch(/sluice\.json:1:\d+: Redis at \S+ cannot be used: nothing listens there\./);
  expect(said).not.toContain('hush');
});
