/** `npm run cluster`: what it starts can be called and killed, and is gone when it is. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Program } from '../support/program.ts';

const ROOT = join(import.meta.dirname, '../..');
/** What is killed leaves its folders behind. */
const TMPDIR = mkdtempSync(join(tmpdir(), 'sluice-cluster-'));

afterAll(() => rmSync(TMPDIR, { recursive: true, force: true }));

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Program> {
  const script = ['scripts/cluster.ts', '--port', '0', ...args];
  return Program.start({ command: process.execPath, args: script, cwd: ROOT, env: { TMPDIR, ...env } });
}

/** Process ids by name, as it told them last. */
function pidsIn(said: string): Map<string, number> {
  return new Map(
    [...said.matchAll(/^ {2}(\w+) .*pid (\d+)$/gm)].map(([, name = '', pid]) => [name, Number(pid)]),
  );
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('[PLAY-COMMAND] [PLAY-NO-STRAYS] what is killed comes back, and all is gone with it, even where it is killed', async () => {
  const cluster = await run(['--nodes', '2', '--again', '0.1']);
  try {
    const pids = pidsIn(await cluster.says(/Ctrl-C/));
    expect([...pids.keys()]).toEqual(['balancer', 'n0', 'n1', 'redis']);
    const [, url = ''] = /balancer +(\S+)/.exec(cluster.said) ?? [];
    expect((await fetch(`${url}/readyz`)).headers.get('x-node')).toMatch(/^n[01]$/);
    process.kill(pids.get('redis') ?? 0, 'SIGKILL');
    await cluster.says(/redis is back/);
    process.kill(pids.get('n0') ?? 0, 'SIGKILL');
    const again = pidsIn(await cluster.says(/n0 is back/));
    expect(again.get('n0')).not.toBe(pids.get('n0'));
    await cluster.end('SIGKILL');
    for (const [name, pid] of again) {
      await expect.poll(() => isThere(pid), { timeout: 10_000, interval: 20, message: name }).toBe(false);
    }
  } finally {
    await cluster.end();
  }
});

test('[PLAY-COMMAND] ends cleanly on Ctrl-C, and says what is wrong in one sentence', async () => {
  const [cluster, without, wrong] = await Promise.all([
    run(['--nodes', '1']),
    run([], { REDIS_SERVER: 'no-such-redis' }),
    run(['--nodes', 'many']),
  ]);
  try {
    expect(await without.ended).toBe(1);
    expect(without.said).toBe(
      'There is no redis-server; install Redis 7, like "apt-get install redis-server".\n',
    );
    expect(await wrong.ended).toBe(1);
    expect(wrong.said).toBe('--nodes must be 1 to 20.\n');
    const pids = pidsIn(await cluster.says(/Ctrl-C/));
    cluster.signal('SIGINT');
    expect(await cluster.ended).toBe(0);
    expect([...pids.values()].filter(isThere)).toEqual([]);
    expect(cluster.said).not.toMatch(/Warning|Error/);
  } finally {
    for (const one of [cluster, without, wrong]) await one.end();
  }
});
