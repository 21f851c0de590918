/** The real redis-server that tests break. */
import { Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { startRedis } from '../../support/redis.ts';

test('[PLAY-REDIS] keeps what it was told to, over a kill, and nothing when it comes back empty', async () => {
  const redis = await startRedis({ persistent: true });
  const client = new Redis(redis.url);
  client.on('error', () => {});
  try {
    await client.set('a', '1');
    await redis.kill();
    await redis.restart();
    expect(await client.get('a')).toBe('1');
    await redis.restart({ empty: true });
    expect(await client.get('a')).toBe(null);
    redis.pause();
    const asked = client.get('a');
    const first = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 50, 'silence'))]);
    expect(first).toBe('silence');
    redis.resume();
    expect(await asked).toBe(null);
  } finally {
    client.disconnect();
    await redis.stop();
  }
});
