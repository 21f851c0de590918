import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamDriver } from '../../../src/engine/ports.ts';
import { stdio } from '../../../src/upstreams/stdio.ts';
import { call, context, isAlive, realRuntime, Recorder, SERVER, stat, until } from './harness.ts';

const drivers: UpstreamDriver[] = [];

afterEach(async () => {
  await Promise.all(drivers.splice(0).map((driver) => driver.close()));
});

async function opened(stopGraceMs: number) {
  const driver = stdio({
    name: 'child',
    command: process.execPath,
    args: [SERVER],
    stopGraceMs,
    runtime: realRuntime(),
    observer: {},
  });
  drivers.push(driver);
  const events = new Recorder();
  const link = await driver.open(events, context());
  let id = 0;
  const ask = async (method: string, params: unknown = {}): Promise<{ pid: number }> => {
    id += 1;
    link.send(call(id, method, params));
    return (await events.answer(id)).result as { pid: number };
  };
  const { pid } = await ask('facts');
  return { driver, link, events, ask, pid };
}

describe('a child', () => {
  it('[STDIO-GROUP] leads a group and a session of its own', async () => {
    const { pid } = await opened(2_000);
    const [, , group, session] = stat(pid) ?? [];
    expect([Number(group), Number(session)]).toEqual([pid, pid]);
  });

  it('that ends with its input is not signalled: closing takes no grace', async () => {
    const { link, pid, events } = await opened(30_000);
    const closing = link.close();
    expect(events.faults).toEqual([]);
    await closing;
    expect(isAlive(pid)).toBe(false);
    expect(events.faults).toEqual([
      { code: 'closed', message: 'The link to the server "child" was closed.' },
    ]);
  });

  it('[STDIO-LADDER] that stays is sent SIGTERM after the grace', async () => {
    const { link, pid, ask } = await opened(1_000);
    await ask('needs-sigterm');
    const at = Date.now();
    await link.close();
    expect(isAlive(pid)).toBe(false);
    const ms = Date.now() - at;
    expect(ms).toBeGreaterThanOrEqual(990);
    expect(ms).toBeLessThan(1_990);
  });

  it('[STDIO-LADDER] that ignores SIGTERM is killed after the grace, and its grandchildren with it', async () => {
    const { link, pid, ask } = await opened(150);
    await ask('stubborn');
    const { pid: grandchild } = await ask('grandchild');
    const at = Date.now();
    await link.close();
    expect([pid, grandchild].filter(isAlive)).toEqual([]);
    expect(Date.now() - at).toBeGreaterThanOrEqual(290);
  });

  it('[STDIO-FAMILY] that ends in time leaves no grandchild, in its group or (by the marker) in a session of its own', async () => {
    const { link, pid, ask } = await opened(2_000);
    const family = [await ask('grandchild'), await ask('grandchild', { detached: true })].map(
      ({ pid }) => pid,
    );
    expect(family.every(isAlive)).toBe(true);
    expect(stat(family[1] ?? 0)?.[2]).not.toBe(String(pid));
    await link.close();
    expect([pid, ...family].filter(isAlive)).toEqual([]);
  });

  it('in its group goes even without the marker', async () => {
    const { link, ask } = await opened(2_000);
    const { pid } = await ask('grandchild', { env: { PATH: process.env.PATH } });
    await link.close();
    expect(isAlive(pid)).toBe(false);
  });

  it('leaves the children of its sibling alone', async () => {
    const one = await opened(2_000);
    const two = await opened(2_000);
    const { pid } = await two.ask('grandchild', { detached: true });
    await one.link.close();
    expect([two.pid, pid].every(isAlive)).toBe(true);
    await two.link.close();
    expect(isAlive(pid)).toBe(false);
  });

  it('may be closed many times at once; all wait for the end', async () => {
    const { link, pid, events } = await opened(100);
    const closings = [link.close(), link.close(), link.close()];
    await Promise.all(
      closings.map(async (closing) => {
        await closing;
        expect(isAlive(pid)).toBe(false);
      }),
    );
    expect(events.faults).toHaveLength(1);
  });

  it('that dies by itself takes its family along without anybody closing the link', async () => {
    const { link, events, ask } = await opened(2_000);
    const family = [await ask('grandchild'), await ask('grandchild', { detached: true })].map(
      ({ pid }) => pid,
    );
    link.send(call(99, 'kill-self'));
    await events.fault();
    await until('the family is gone', () => !family.some(isAlive), 20_000);
  });
});
