/** How many letters it takes to say much. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { redisBackplane } from '../../../src/backplanes/redis/backplane.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { bytesOf, listening } from '../../contract/backplane-place.ts';
import { redisCli } from '../../support/redis-kinds.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { prefix, until } from './redis-place.ts';

let redis: TestRedis;
beforeAll(async () => void (redis = await startRedis()));
afterAll(() => redis.stop());

async function letters(): Promise<number> {
  return Number(/cmdstat_xadd:calls=(\d+)/.exec(await redisCli(redis, 'info', 'commandstats'))?.[1] ?? 0);
}

/** Two that have talked with each other. */
async function two() {
  const settings = { url: redis.url, runtime: nodeRuntime, prefix: prefix() };
  const one = await redisBackplane(settings);
  const other = await redisBackplane(settings);
  const there = listening(other);
  for (const node of [one, other]) await node.directory.join(undefined);
  await until(() => one.directory.peers.has(other.node) && other.directory.peers.has(one.node));
  await until(() => one.bus.send(other.node, bytesOf('first')));
  await until(() => there.letters.length > 0);
  return { one, other, there, close: () => Promise.all([one.close(), other.close()]) };
}

it('[NODES-ONE-LETTER] a hundred requests of one turn are one letter', async () => {
  const { one, other, there, close } = await two();
  try {
    const before = await letters();
    const heard = there.letters.length;
    const all = Array.from({ length: 100 }, (_, i) => String(i));
    for (const text of all) {
      one.bus.send(other.node, bytesOf(text));
      // As where each of them comes from a socket of its own.
      await Promise.resolve();
    }
    expect(await one.bus.kept(other.node)).toBe(true);
    // Beside a word of either about what it received.
    expect((await letters()) - before).toBeLessThanOrEqual(3);
    await until(() => there.letters.length === heard + 100);
    expect(there.letters.slice(heard).map(({ text }) => text)).toEqual(all);
  } finally {
    await close();
  }
});

it('[BACKPLANE-KEPT] what was said in this turn is kept once Redis says so, and not by what was kept before', async () => {
  const { one, other, there, close } = await two();
  try {
    expect(await one.bus.kept(other.node)).toBe(true);
    redis.pause();
    one.bus.send(other.node, bytesOf('second'));
    let isKept: boolean | undefined;
    const asked = one.bus.kept(other.node).then((kept) => (isKept = kept));
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isKept).toBeUndefined();
    redis.resume();
    expect(await asked).toBe(true);
    await until(() => there.letters.length === 2);
  } finally {
    redis.resume();
    await close();
  }
});
