/** Redis in all its kinds keeps what every backplane promises. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backplaneContract } from '../../contract/backplane.ts';
import { eventLogContract } from '../../contract/event-log.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import {
  startRedisCluster,
  startSecureRedis,
  type SecureRedis,
  type TestRedisCluster,
} from '../../support/redis-kinds.ts';
import { redisBackplane } from '../../../src/backplanes/redis/backplane.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { logKit, redisPlace } from './redis-place.ts';

const PASSWORD = 'hush-9f3c';

let redis: TestRedis;
let secure: SecureRedis;
let cluster: TestRedisCluster;
// A new cluster takes its time, which the others use.
const starting = startRedisCluster();
beforeAll(async () => {
  [redis, secure] = await Promise.all([startRedis(), startSecureRedis(PASSWORD)]);
});
afterAll(async () => void (await Promise.all([redis, secure, await starting].map((one) => one.stop()))));

describe.concurrent('in Redis', () =>
  backplaneContract({ open: (leases) => redisPlace({ url: redis.url }, leases) }));

describe.concurrent('in Redis over TLS, with a password', () => {
  backplaneContract({ open: (leases) => redisPlace({ url: secure.url, ca: secure.ca }, leases) });
  eventLogContract(logKit(() => ({ url: secure.url, ca: secure.ca })));

  it('[BACKPLANE-REDIS-SECRET] says what is wrong without a word of the password', async () => {
    const refusals = [
      [secure.url.replace(PASSWORD, 'wrong-7d1e'), secure.ca, 'it refuses the name or the password'],
      [secure.url.replace(`:${PASSWORD}@`, ''), secure.ca, 'it wants a password'],
      [secure.url, undefined, 'its certificate is not trusted'],
      ['http://:hush-9f3c@127.0.0.1', undefined, 'must be like'],
    ] as const;
    for (const [url, ca, words] of refusals) {
      const opening = redisBackplane({ url, runtime: nodeRuntime, ...(ca ? { ca } : {}) });
      const error = await opening.catch((error: unknown) => error as Error);
      const told = String(error) + JSON.stringify(error) + (error as Error).stack;
      expect(told).toContain(words);
      expect(told).not.toMatch(/hush-9f3c|wrong-7d1e/);
    }
  });
});

describe.concurrent('in a Redis Cluster of three', () => {
  beforeAll(async () => void (cluster = await starting));
  backplaneContract({
    isCluster: true,
    open: (leases) => redisPlace({ url: cluster.urls as [string, ...string[]] }, leases),
  });

  it('[BACKPLANE-REDIS-CLUSTER] needs to be told one address only, where it is said that it is sharded', async () => {
    const url = cluster.urls[1] ?? '';
    const node = await redisBackplane({ url, sharded: true, runtime: nodeRuntime, prefix: 'one' });
    const names = Array.from({ length: 20 }, (_, index) => `v${index}`);
    await Promise.all(names.map((name) => node.directory.put(name, Buffer.from(name), 5_000)));
    const found = await Promise.all(names.map((name) => node.directory.get(name)));
    expect(found.map(String)).toEqual(names);
    await node.close();
  });
});
