/** What becomes of a node that reaches Redis and cannot hear there what others say to it, or missed it for a moment. */
import { expect, it } from 'vitest';
import { redisBackplane } from '../../../src/backplanes/redis/backplane.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import { bytesOf, listening } from '../../contract/backplane-place.ts';
import { redisCli } from '../../support/redis-kinds.ts';
import { startRedis } from '../../support/redis.ts';
import { Wire } from '../../support/wire.ts';
import { until } from './redis-place.ts';

const PATIENCE = { commandMs: 10_000 };

it('[DEAF-AWAY] it takes Redis for away until it hears again, so that nobody waits for what it cannot be told', async () => {
  const redis = await startRedis();
  try {
    const settings = { url: redis.url, prefix: 't', leaseMs: 1_500, renewMs: 200, patience: PATIENCE };
    const one = await redisBackplane({ ...settings, runtime: nodeRuntime });
    const other = await redisBackplane({ ...settings, runtime: nodeRuntime });
    const [here, there] = [listening(one), listening(other)];
    for (const node of [one, other]) await node.directory.join(undefined);
    await until(() => other.bus.send(one.node, bytesOf('before')));
    await until(() => here.letters.length === 1);
    await redisCli(redis, 'acl', 'setuser', 'default', '-xread');
    await until(() => here.away > 0);
    await until(() => one.directory.heldUntil <= nodeRuntime.now());
    await redisCli(redis, 'acl', 'setuser', 'default', '+xread');
    await until(() => one.directory.isReached && other.directory.isReached);
    await until(() => other.bus.send(one.node, bytesOf('after')));
    await until(() => here.letters.some(({ text }) => text === 'after'));
    expect(there.away).toBeGreaterThan(0);
    await Promise.all([one.close(), other.close()]);
  } finally {
    await redis.stop();
  }
});

it('[DEAF-START] a gateway that would not hear there what others say does not start', async () => {
  const redis = await startRedis();
  try {
    await redisCli(redis, 'acl', 'setuser', 'default', '-xread');
    const opening = redisBackplane({ url: redis.url, runtime: nodeRuntime });
    await expect(opening).rejects.toThrow('the user may not do what is needed');
  } finally {
    await redis.stop();
  }
});

it('[DEAF-MISSED] what could not be written while Redis was away is written then, and nobody takes it for lost', async () => {
  const redis = await startRedis();
  const wire = await Wire.start(redis.port);
  try {
    const url = `redis://127.0.0.1:${wire.port}`;
    const node = await redisBackplane({
      url,
      prefix: 't',
      renewMs: 200,
      patience: PATIENCE,
      runtime: nodeRuntime,
    });
    const told = listening(node);
    await node.directory.join(undefined);
    wire.cut('refuse');
    await until(() => told.away === 1);
    node.directory.keep({ session: 's', owner: node.node, generation: 1, facts: bytesOf('f') }, 60_000);
    wire.mend();
    await until(() => told.missing === 1);
    expect(told.reached).toEqual([false]);
    await node.close();
  } finally {
    await wire.close();
    await redis.stop();
  }
});
