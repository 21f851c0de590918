/** The real redis-server that tests break. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
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

test('[PLAY-NO-STRAYS] what was started is gone when the process that started it is killed', async () => {
  const script = `
    const { startRedis } = await import(${JSON.stringify(join(import.meta.dirname, '../../support/redis.ts'))});
    console.log((await startRedis()).pid);`;
  const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(starter.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isThere(pid)).toBe(true);
  starter.kill('SIGKILL');
  await expect.poll(() => isThere(pid), { timeout: 10_000 }).toBe(false);
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
