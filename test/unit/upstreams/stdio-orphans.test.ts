import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { MARKER_NAME } from '../../../src/upstreams/stdio-environment.ts';
import { Orphans } from '../../../src/upstreams/stdio-orphans.ts';
import { isAlive, realRuntime } from './harness.ts';

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

async function process_(env: Record<string, string>, script = 'console.log(1)'): Promise<number> {
  const live = `${script}; setInterval(() => {}, 1000)`;
  const child = spawn(process.execPath, ['-e', live], {
    detached: true,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  return child.pid ?? 0;
}

describe('Orphans', () => {
  it('ends the processes that carry a marker and no others', async () => {
    const token = randomUUID();
    const orphans = new Orphans(token, realRuntime());
    const mine = [
      await process_({ [MARKER_NAME]: `${token}.1` }),
      await process_({ A: 'x'.repeat(50_000), [MARKER_NAME]: `${token}.1` }),
      await process_({ A: `${MARKER_NAME}=${token}.9`, [MARKER_NAME]: `${token}.1` }),
    ];
    const others = [
      await process_({ [MARKER_NAME]: `${token}.11` }),
      await process_({ [MARKER_NAME]: `${randomUUID()}.1` }),
      await process_({ A: `${MARKER_NAME}=${token}.1` }),
    ];
    expect(await orphans.end(`${token}.1`)).toBe(true);
    expect(mine.filter(isAlive)).toEqual([]);
    expect(others.filter(isAlive)).toEqual(others);
  });

  it('looks once for all who ask at the same time', async () => {
    const token = randomUUID();
    const orphans = new Orphans(token, realRuntime());
    const pids = await Promise.all(
      Array.from({ length: 4 }, (_, n) => process_({ [MARKER_NAME]: `${token}.${n}` })),
    );
    const ends = [0, 1, 2, 3, 3].map((n) => orphans.end(`${token}.${n}`));
    expect(await Promise.all(ends)).toEqual([true, true, true, true, true]);
    expect(pids.filter(isAlive)).toEqual([]);
  });

  it('ends processes that start new ones while it looks', async () => {
    const token = randomUUID();
    const again = `
      const { spawn } = require('node:child_process');
      const left = Number(process.env.LEFT);
      if (left > 0) spawn(process.execPath, ['-e', process.env.SCRIPT], { detached: true, stdio: 'ignore',
        env: { ...process.env, LEFT: String(left - 1) } });
      setInterval(() => {}, 1000);`;
    await process_({ [MARKER_NAME]: `${token}.1`, LEFT: '3', SCRIPT: again }, `${again}; console.log(1)`);
    const orphans = new Orphans(token, realRuntime());
    expect(await orphans.end(`${token}.1`)).toBe(true);
    expect(await orphans.end(`${token}.1`)).toBe(true);
  });

  it('does nothing where there is no /proc to look into', async () => {
    const token = randomUUID();
    const pid = await process_({ [MARKER_NAME]: `${token}.1` });
    expect(await new Orphans(token, realRuntime(), 'darwin').end(`${token}.1`)).toBe(true);
    expect(isAlive(pid)).toBe(true);
  });
});
