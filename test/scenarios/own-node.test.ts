/** A node that shares its sessions by a real Redis, and what it asks of that for calls of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Session } from '../../bench/lib/client.ts';
import { drive, echoCall } from '../../bench/lib/load.ts';
import { redisBackplane } from '../../src/backplanes/redis/backplane.ts';
import { compose } from '../../src/edges/compose.ts';
import { listen, nodeHandler } from '../../src/edges/node/http.ts';
import { nodeRuntime, sha256 } from '../../src/edges/node/runtime.ts';
import { inprocess } from '../../src/node.ts';
import { redisCli } from '../support/redis-kinds.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';

const CALLS = 10_000;
/** Leases, the inbox, who is there, what seals: however slow the machine is. */
const HOUSEKEEPING_PER_SECOND = 80;

const echo = inprocess({
  handler: {
    'tools/list': () => ({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }),
    'tools/call': ({ arguments: args }: { arguments?: { text?: string } }) => ({
      content: [{ type: 'text', text: args?.text ?? '' }],
    }),
  },
});

let redis: TestRedis;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

async function startNode() {
  const backplane = await redisBackplane({ url: redis.url, runtime: nodeRuntime });
  const servers = { echo: { driver: echo, sharing: 'shared' as const } };
  const { gateway, front, agree } = compose({ servers, backplane }, { runtime: nodeRuntime, sha256 });
  await gateway.cluster?.join(undefined);
  await agree();
  const listening = await listen(nodeHandler(front), { host: '127.0.0.1', port: 0, headersMs: 5_000 });
  const close = async () => {
    await gateway.close();
    listening.server.closeAllConnections();
    await listening.close();
  };
  return { port: listening.port, close };
}

/** Commands since they were last counted, those that scripts run included. */
async function commands(): Promise<number> {
  const told = await redisCli(redis, 'info', 'commandstats');
  await redisCli(redis, 'config', 'resetstat');
  return [...told.matchAll(/^cmdstat_.*?:calls=(\d+)/gm)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

describe('a node that shares its sessions', () => {
  it('[NODES-HOT-PATH] asks nothing of Redis for calls of its own sessions', async () => {
    const nodes = [await startNode(), await startNode()] as const;
    const address = { port: nodes[0].port, ssePath: '/sse', mcpPath: '/mcp' };
    try {
      for (const transport of ['sse', 'streamable'] as const) {
        const sessions = Array.from({ length: 8 }, () => new Session(address, transport));
        await Promise.all(sessions.map((session) => session.open({ lanes: 1 })));
        const lanes = sessions.flatMap((session) => session.lanes);
        await drive(lanes, echoCall, 5_000, { maxCalls: 100 });
        await commands();
        const tally = await drive(lanes, echoCall, 60_000, { maxCalls: CALLS / 2 });
        const asked = await commands();
        expect(tally).toMatchObject({ calls: CALLS / 2, errors: 0 });
        expect(asked).toBeLessThan(100 + HOUSEKEEPING_PER_SECOND * tally.seconds);
        await Promise.all(sessions.map((session) => session.close()));
      }
    } finally {
      await Promise.all(nodes.map(({ close }) => close()));
    }
  });
});
