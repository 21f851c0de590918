/** Redis is killed under load, and comes back: with its data, and empty. */
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { redisCli } from '../support/redis-kinds.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { form, MOST_MS, tell } from './form.ts';
import type { Ledger } from './ledger.ts';
import { readyOf } from './nodes.ts';
import { chaos, KINDS, pause, until } from './world.ts';

/** The full form outlasts a lease (5 s): then it takes the word of the others to go on. */
const AWAY_MS = form(700, 12_000);
const WELL_WITHIN_MS = 5_000;
/** What a client may be told meanwhile: that it is refused for now, or that its request may have run. */
const CLEAR = /^(answer|error (node_lost|owner_uncertain)|cut: HTTP 503 (node_lost|owner_uncertain))$/;

describe('Redis', () => {
  it(
    '[CHAOS-REDIS] is away and back: sessions go on at their own nodes, all is well within 5 s, nothing is left over',
    async () => {
      const redis = await startRedis({ persistent: true });
      const took: Record<string, number> = {};
      let own: Ledger | undefined;
      let lasting: string[] = [];
      const connects: number[] = [];
      try {
        const options = { redis, stateKeys: false, clients: form(10, 60) };
        const ledger = await chaos(options, async (at) => {
          const { cluster, workers } = at;
          const urls = Array.from({ length: form(8, 24) }, (_, i) => cluster.nodes[i % 3]?.url ?? '');
          own = at.join('own-', urls, KINDS);
          await until('everybody to be answered', () => workers.every(({ done }) => done > 0));
          for (const empty of [false, true]) {
            await redis.kill();
            await pause(AWAY_MS);
            for (const node of cluster.nodes)
              expect(await readyOf(node)).toMatchObject({ http: 200, degraded: ['backplane_away'] });
            await redis.restart({ empty });
            await until('a PING to be answered', () => isThere(redis.port));
            const backAt = Date.now();
            await until('a second in which all is well', () => at.ledger.wellSince(backAt) !== undefined);
            took[empty ? 'empty' : 'kept'] = (at.ledger.wellSince(backAt) ?? Infinity) - backAt;
            for (const node of cluster.nodes)
              await until('it to be ready', async () => (await readyOf(node)).status === 'ready');
          }
          await at.rest();
          connects.push(...workers.map((worker) => worker.connects));
          lasting = await withoutEnd(redis);
        });
        tell('redis', ledger, { took, own: own?.tally, lasting });
        expect([...ledger.wrong, ...(own?.wrong ?? [])]).toEqual([]);
        // Whoever is at its own node notices nothing.
        expect(own?.tally).toEqual({ answer: own?.asked });
        // Nobody had to begin anew, wherever it was.
        expect(Math.max(...connects)).toBe(1);
        expect(Object.keys(ledger.tally).filter((word) => !CLEAR.test(word))).toEqual([]);
        expect(Math.max(...Object.values(took))).toBeLessThan(WELL_WITHIN_MS);
        expect(lasting.filter((key) => !key.startsWith('sluice:agreed:'))).toEqual([]);
        expect(lasting.length).toBeGreaterThan(0);
      } finally {
        await redis.stop();
      }
    },
    MOST_MS,
  );
});

const ENDLESS =
  "local r = {} for _, k in ipairs(redis.call('KEYS', '*')) do if redis.call('TTL', k) == -1 then r[#r + 1] = k end end return r";

/** The keys that never run out. */
async function withoutEnd(redis: TestRedis): Promise<string[]> {
  return (await redisCli(redis, 'EVAL', ENDLESS, '0')).split('\n').filter((key) => key !== '');
}

function isThere(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.on('error', () => resolve(false));
    socket.on('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.write('PING\r\n');
  });
}
