/** What is said where Redis does not do as it should: by real ones, set wrong. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisBackplane } from '../../../src/backplanes/redis/backplane.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { redisCli } from '../../support/redis-kinds.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { prefix, until, type Settings } from './redis-place.ts';

const SOON = { patience: { connectMs: 500, commandMs: 1_000 } };

let redis: TestRedis;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

/** Opens, joins and agrees, as a gateway does. */
async function node(settings: Settings, name = prefix()) {
  const backplane = await redisBackplane({ runtime: nodeRuntime, prefix: name, ...SOON, ...settings });
  try {
    await backplane.directory.join(undefined);
    return backplane;
  } catch (error) {
    await backplane.close();
    throw error;
  }
}

const refusal = (settings: Settings) => node(settings).then(() => 'It was taken.', String);

describe('a Redis that is not as it should be', () => {
  it('[SCALING-REDIS-WHY] has no database of that number', async () => {
    expect(await refusal({ url: `${redis.url}/99` })).toContain('it has no database of that number');
    const fine = await node({ url: `${redis.url}/3` });
    await fine.close();
  });

  it('[SCALING-REDIS-WHY] is no cluster', async () => {
    const told = await refusal({ url: redis.url, sharded: true });
    expect(told).toContain('it is no Redis Cluster');
  });

  it('[SCALING-REDIS-WHY] is something else', async () => {
    const other = createServer((_, response) => void response.end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const told = await refusal({ url: `redis://127.0.0.1:${(other.address() as AddressInfo).port}` });
    expect(told).toContain('what answers there is not Redis');
    other.close();
    other.closeAllConnections();
  });

  it('[SCALING-REDIS-WHY] lets its user do too little, or just enough', async () => {
    const name = prefix();
    const url = redis.url.replace('//', '//app:hush@');
    const rights = ['reset', 'on', '>hush', `~${name}:*`, '+@all', '-@dangerous'];
    await redisCli(redis, 'acl', 'setuser', 'app', ...rights);
    expect(await node({ url }, name).then(() => 'It was taken.', String)).toContain('the user may not do');
    await redisCli(redis, 'acl', 'setuser', 'app', '+info');
    const fine = await node({ url }, name);
    expect(await fine.directory.agree('a', 'x')).toBe('x');
    await fine.close();
  });
});

describe('a Redis that goes away', () => {
  it('[SCALING-REDIS-AWAY-WHY] is told with the reason, and with the next one', async () => {
    const { directory, close } = await withWords();
    await redisCli(redis, 'config', 'set', 'maxmemory', '1');
    await until(() => words.some((word) => word.includes('it has no memory left for more')));
    await redisCli(redis, 'config', 'set', 'maxmemory', '0');
    await until(() => directory.isReached);
    await redis.kill();
    await until(() => words.some((word) => word.includes('nothing listens there')));
    await redis.restart();
    await until(() => directory.isReached);
    await close();
  });

  const words: string[] = [];
  async function withWords() {
    const backplane = await node({ url: redis.url, leaseMs: 1_000 });
    backplane.directory.listen({
      reached: () => {},
      away: (why) => void words.push(why ?? ''),
      stillAway: (why) => void words.push(why),
      gone: () => {},
      claimed: () => {},
    });
    return { directory: backplane.directory, close: () => backplane.close() };
  }
});
