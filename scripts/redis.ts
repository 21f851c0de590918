/** Where the Redis of the tests is, and how it gets there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program named in `REDIS_SERVER`, or the one of the system; undefined when there is none. */
export function redisPath(): string | undefined {
  const named = process.env['REDIS_SERVER'];
  return [...(named ? [named] : []), ...onPath('redis-server')].find((path) => existsSync(path));
}

/** What asks it things, from the same place where possible. */
export function redisCliPath(): string {
  const beside = redisPath()?.replace(/redis-server$/, 'redis-cli');
  return (
    [...(beside ? [beside] : []), ...onPath('redis-cli')].find((path) => existsSync(path)) ?? 'redis-cli'
  );
}

export const REDIS_ADVICE =
  'The tests need Redis 7.0 or newer: run `apt-get install -y redis-server`, or name one in the variable REDIS_SERVER.';

/** Whether there is one; where there is none and Debian's can be installed, it is. */
export function ensureRedis(): boolean {
  if (redisPath() !== undefined) return true;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    // It is not to be started as a service.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    for (const words of [['update'], ['install', '-y', '--no-install-recommends', 'redis-server']]) {
      spawnSync('apt-get', ['-qq', ...words], { stdio: ['ignore', 'ignore', 'inherit'], env });
    }
  }
  if (redisPath() !== undefined) return true;
  console.error(REDIS_ADVICE);
  return false;
}

function onPath(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...folders, '/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'].map((folder) => join(folder, name));
}
