/** What children use of memory, told by real processes and by played ones. */
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamDriver, UpstreamFault } from '../../../src/engine/ports.ts';
import { stdio } from '../../../src/upstreams/stdio.ts';
import { MemoryWatch, type Weighed } from '../../../src/upstreams/stdio-memory.ts';
import type { StdioOptions } from '../../../src/upstreams/stdio-options.ts';
import type { ProcessFacts } from '../../../src/upstreams/stdio-proc.ts';
import {
  call,
  context,
  hastyRuntime,
  isAlive,
  Notes,
  PlayedRuntime,
  Recorder,
  SERVER,
  stillRuntime,
  until,
} from './harness.ts';

const MIB = 1024 * 1024;
const drivers: UpstreamDriver[] = [];

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
});

function made(options: Partial<StdioOptions> = {}): UpstreamDriver {
  const driver = stdio({
    name: 'server',
    command: process.execPath,
    args: [SERVER],
    stopGraceMs: 100,
    random: () => 0.999_999,
    runtime: stillRuntime(),
    observer: {},
    memory: new MemoryWatch({ runtime: hastyRuntime() }),
    ...options,
  });
  drivers.push(driver);
  return driver;
}

/** Has a new child do what it is asked until its link ends. */
async function faultOf(
  driver: UpstreamDriver,
  runtime: ReturnType<typeof stillRuntime>,
): Promise<UpstreamFault> {
  const events = new Recorder();
  const link = await driver.open(events, context());
  link.send(call(1, 'facts'));
  await events.answer(1);
  // It works for so long that its end alone would not count as a failure.
  runtime.shift(20_000);
  link.send(call(2, 'allocate', { mib: 300 }));
  return events.fault();
}

async function refusal(driver: UpstreamDriver): Promise<UpstreamFault | undefined> {
  try {
    const link = await driver.open(new Recorder(), context());
    void link.close();
    return undefined;
  } catch (error) {
    return (error as { fault: UpstreamFault }).fault;
  }
}

const SENTENCE =
  /^The server "server" used \d{3} MiB of memory, more than the 200 MiB of its maxMemory, and was ended\.$/;

describe('a child that uses more memory than it may', () => {
  it('[SUPERVISE-MEMORY] [SUPERVISE-MEMORY-BACKOFF] is ended, told why, and started after growing waits, however long it worked', async () => {
    const runtime = stillRuntime();
    const driver = made({ runtime, maxMemoryBytes: 200 * MIB });
    for (const wait of [0, 0, 500, 1_000]) {
      if (wait > 0) expect(await refusal(driver)).toMatchObject({ code: 'backoff', retryAfterMs: wait });
      runtime.shift(wait);
      const fault = await faultOf(driver, runtime);
      expect(fault).toEqual({ code: 'memory', message: expect.stringMatching(SENTENCE) });
    }
    expect(driver.health().reason).toMatch(SENTENCE);
  });

  it('[SUPERVISE-MEMORY-FAMILY] counts what it started, in a session of its own, too; both are gone', async () => {
    const memory = new MemoryWatch({ runtime: hastyRuntime() });
    const driver = made({ maxMemoryBytes: 200 * MIB, memory });
    const events = new Recorder();
    const link = await driver.open(events, context());
    link.send(call(1, 'facts'));
    const { pid } = (await events.answer(1)).result as { pid: number };
    await memory.look();
    expect(memory.bytesOf(pid)).toBeLessThan(200 * MIB);
    link.send(call(2, 'allocate', { mib: 250, isChild: true }));
    expect((await events.fault()).code).toBe('memory');
    await until('both are gone', () => driver.health().processes === 0);
    expect(isAlive(pid)).toBe(false);
  });

  it('[SUPERVISE-HEALTH] is shown with what it uses, also without a cap', async () => {
    const driver = made({ warm: 1 });
    const events = new Recorder();
    const link = await driver.open(events, context());
    link.send(call(1, 'facts'));
    await events.answer(1);
    await until('a spare is ready', () => driver.health().warm === 1);
    await until('its memory is known', () => (driver.health().memoryBytes ?? 0) > 20 * MIB);
    expect(driver.health()).toMatchObject({ state: 'up', links: 1, processes: 2, warm: 1, restarts: 0 });
  });

  it('is left alone where the system does not tell, which is noted', async () => {
    const notes = new Notes();
    const memory = new MemoryWatch({ runtime: hastyRuntime(), platform: 'darwin' });
    const driver = made({ maxMemoryBytes: MIB, memory, observer: notes });
    expect(notes.refusals).toMatchObject([{ code: 'memory-unknown', server: 'server' }]);
    expect(await refusal(driver)).toBeUndefined();
    expect(driver.health()).not.toHaveProperty('memoryBytes');
  });
});

/** Processes that can be made up. */
function played() {
  const runtime = new PlayedRuntime();
  const rows = new Map<number, ProcessFacts>();
  let reads = 0;
  const watch = new MemoryWatch({
    runtime,
    platform: 'linux',
    list: () => [...rows.keys()],
    read: (pid) => {
      reads += 1;
      return pid === process.pid ? { pid, parent: 0, group: 0, bytes: 0 } : rows.get(pid);
    },
  });
  const over: [number, number][] = [];
  const child = (pid: number, maxBytes?: number): Weighed => ({
    pid,
    maxBytes,
    over: (bytes) => void over.push([pid, bytes]),
  });
  const add = (pid: number, parent: number, group: number, bytes: number) =>
    void rows.set(pid, { pid, parent, group, bytes });
  return { runtime, rows, watch, over, child, add, reads: () => reads };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('the watch', () => {
  it('counts a group, those whose parents are in it, and daemons that were; nobody else', async () => {
    const { watch, rows, child, add } = played();
    watch.add(child(10));
    watch.add(child(20));
    add(30, 12, 30, 4);
    add(10, 1, 10, 1);
    add(11, 10, 10, 2);
    add(12, 11, 12, 3);
    add(20, 1, 20, 100);
    add(99, 1, 99, 1_000);
    await watch.look();
    expect([watch.bytesOf(10), watch.bytesOf(20), watch.bytesOf(99)]).toEqual([10, 100, undefined]);
    rows.delete(12);
    add(30, 1, 30, 4);
    await watch.look();
    expect(watch.bytesOf(10)).toBe(7);
  });

  it('counts one of the group whose parent is gone, and not what took the id of one that ended', async () => {
    const { watch, rows, child, add } = played();
    watch.add(child(10));
    add(10, 1, 10, 1);
    add(11, 1, 10, 2);
    add(50, 1, 50, 1_000);
    await watch.look();
    expect(watch.bytesOf(10)).toBe(3);
    rows.delete(50);
    await watch.look();
    add(50, 10, 10, 5);
    await watch.look();
    expect(watch.bytesOf(10)).toBe(8);
  });

  it('[SUPERVISE-MEMORY-CHEAP] has one timer while any child has a cap, and reads strangers once', async () => {
    const { runtime, watch, over, child, add, reads } = played();
    const [first, second, free] = [child(10, 5), child(20, 500), child(30)];
    watch.add(free);
    expect(runtime.timers).toBe(0);
    watch.add(first);
    watch.add(second);
    expect(runtime.timers).toBe(1);
    for (let pid = 1_000; pid < 1_200; pid += 1) add(pid, 1, 1, 1);
    add(10, 1, 10, 6);
    add(20, 1, 20, 6);
    const before = reads();
    runtime.pass(1_000);
    for (let turn = 0; turn < 10; turn += 1) await settled();
    expect([reads() - before, over]).toEqual([202, [[10, 6]]]);
    runtime.pass(1_000);
    for (let turn = 0; turn < 10; turn += 1) await settled();
    expect([reads() - before, over]).toEqual([
      204,
      [
        [10, 6],
        [10, 6],
      ],
    ]);
    watch.remove(first);
    watch.remove(first);
    expect(runtime.timers).toBe(1);
    watch.remove(second);
    expect(runtime.timers).toBe(0);
  });
});
