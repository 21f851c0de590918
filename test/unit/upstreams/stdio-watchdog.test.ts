import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { Watchdog } from '../../../src/upstreams/stdio-watchdog.ts';
import { GATEWAY, isAlive, PlayedRuntime, processesWith, realRuntime, stat, until } from './harness.ts';

const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

interface Told {
  readonly watchdog: number;
  readonly pids: number[];
  readonly before?: number;
}

/** Runs the little gateway until it has told its processes. */
async function gateway(task: string, tag: string): Promise<{ process: ChildProcess; told: Told }> {
  const process_ = spawn(process.execPath, [GATEWAY, task, tag], { stdio: ['ignore', 'pipe', 'inherit'] });
  started.push(process_);
  let text = '';
  for await (const chunk of process_.stdout.setEncoding('utf8')) {
    text += chunk;
    if (text.includes('\n')) break;
  }
  return { process: process_, told: JSON.parse(text) as Told };
}

describe('the watchdog', () => {
  it('[STDIO-WATCHDOG] leaves no process of a gateway that was killed: children, grandchildren, their own sessions', async () => {
    const tag = randomUUID();
    const { process, told } = await gateway('full', tag);
    expect(told.pids).toHaveLength(8);
    expect(told.pids.every(isAlive)).toBe(true);
    expect(processesWith('TEST_TAG', tag).sort()).toEqual([...told.pids].sort());
    process.kill('SIGKILL');
    await until('no process is left', () => !told.pids.some(isAlive), 20_000);
    expect(processesWith('TEST_TAG', tag)).toEqual([]);
    await until('the watchdog is gone', () => !isAlive(told.watchdog), 20_000);
  });

  it('has a session of its own and minds no polite signal', async () => {
    const { process, told } = await gateway('full', randomUUID());
    expect(stat(told.watchdog)?.slice(2, 4).map(Number)).toEqual([told.watchdog, told.watchdog]);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      globalThis.process.kill(told.watchdog, signal);
    process.kill('SIGKILL');
    await until('no process is left', () => !told.pids.some(isAlive), 20_000);
  });

  it('finds a child that was started in the very turn in which the gateway died', async () => {
    for (let round = 0; round < 5; round += 1) {
      const tag = randomUUID();
      const process_ = spawn(process.execPath, [GATEWAY, 'race', tag], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      started.push(process_);
      await once(process_, 'exit');
      expect(process_.signalCode).toBe('SIGKILL');
      await until('no process is left', () => processesWith('TEST_TAG', tag).length === 0, 20_000);
    }
  });

  it('is started anew when it is killed, and told the present groups', async () => {
    const { process, told } = await gateway('relay', randomUUID());
    expect(told.watchdog).not.toBe(told.before);
    process.kill('SIGKILL');
    await until('no process is left', () => !told.pids.some(isAlive), 20_000);
    await until('the watchdog is gone', () => !isAlive(told.watchdog), 20_000);
  });

  it('goes with a gateway that closes in good order, and does not keep it', async () => {
    const { process, told } = await gateway('orderly', randomUUID());
    expect([told.watchdog, ...told.pids].filter(isAlive)).toEqual([]);
    if (process.exitCode === null) await once(process, 'exit');
    expect(process.exitCode).toBe(0);
  });

  it('does not keep a gateway that has nothing to do any more', async () => {
    const { process, told } = await gateway('idle', randomUUID());
    if (process.exitCode === null) await once(process, 'exit');
    expect(process.exitCode).toBe(0);
    await until('the watchdog is gone', () => !isAlive(told.watchdog), 20_000);
  });

  it('[STDIO-WATCHDOG] clears up after a gateway that just exits', async () => {
    const { told } = await gateway('exit', randomUUID());
    await until('no process is left', () => ![told.watchdog, ...told.pids].some(isAlive), 20_000);
  });

  it('ends groups by its list alone, where there is no marker to look for', async () => {
    const watchdog = new Watchdog(realRuntime());
    watchdog.hold();
    const live = ['-e', 'setInterval(() => {}, 1000)'];
    const [kept, spared] = [0, 1].map(() =>
      spawn(process.execPath, live, { detached: true, stdio: 'ignore' }),
    );
    if (!kept?.pid || !spared?.pid) throw new Error('No processes.');
    started.push(kept, spared);
    watchdog.add(kept.pid);
    watchdog.add(spared.pid);
    watchdog.remove(spared.pid);
    const pid = watchdog.pid ?? 0;
    await watchdog.release();
    expect(isAlive(pid)).toBe(false);
    await until('the group is gone', () => !isAlive(kept.pid ?? 0), 20_000);
    expect(isAlive(spared.pid)).toBe(true);
  });

  it('is started at once when it dies, and with growing waits when it keeps dying', async () => {
    const runtime = new PlayedRuntime();
    const watchdog = new Watchdog(runtime);
    watchdog.hold();
    const first = watchdog.pid ?? 0;
    process.kill(first, 'SIGKILL');
    await until('another runs', () => watchdog.pid !== undefined && watchdog.pid !== first);
    process.kill(watchdog.pid ?? 0, 'SIGKILL');
    await until('it waits', () => watchdog.pid === undefined);
    runtime.pass(399);
    expect(watchdog.pid).toBeUndefined();
    runtime.pass(1);
    expect(watchdog.pid).toBeDefined();
    process.kill(watchdog.pid ?? 0, 'SIGKILL');
    await until('it waits again', () => watchdog.pid === undefined);
    await watchdog.release();
    runtime.pass(60_000);
    expect(watchdog.pid).toBeUndefined();
    expect(runtime.timers).toBe(0);
  });

  it('stays while anybody holds it', async () => {
    const watchdog = new Watchdog(realRuntime());
    watchdog.hold();
    watchdog.hold();
    const pid = watchdog.pid ?? 0;
    await watchdog.release();
    expect(isAlive(pid)).toBe(true);
    await watchdog.release();
    expect(isAlive(pid)).toBe(false);
    expect(watchdog.pid).toBeUndefined();
  });
});
