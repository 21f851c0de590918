import { describe, expect, it } from 'vitest';
import { memoryHub } from '../../../src/backplanes/memory-hub.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import type { Backplane } from '../../../src/engine/ports-backplane.ts';
import { backplaneContract } from '../../contract/backplane.ts';
import { bytesOf, listening, textOf } from '../../contract/backplane-place.ts';
import { eventLogContract } from '../../contract/event-log.ts';
import { FakeRuntime, turn } from '../engine/support.ts';

const LEASE = 5_000;

describe('in the memory of one process', () => {
  backplaneContract({
    open: async () => {
      const hub = memoryHub({ leaseMs: LEASE });
      const runtime = new FakeRuntime();
      return {
        leaseMs: LEASE,
        node: () => joined(hub.node(runtime)),
        pause: ({ node }) => hub.pause(node),
        resume: ({ node }) => hub.resume(node),
        stall: ({ node }) => {
          hub.pause(node);
          return () => hub.resume(node);
        },
        until: async (check) => {
          for (let tries = 0; !(await check()); tries++) {
            if (tries > 200) throw new Error('It never came to that.');
            await turn();
            runtime.advance(100);
          }
        },
        now: () => runtime.now(),
        pass: async (ms) => {
          runtime.advance(ms);
          await turn();
        },
        close: async () => {},
      };
    },
  });

  eventLogContract({
    create: (limits) => memoryHub().node(new FakeRuntime(), { log: limits }).log,
    settle: () => turn(),
  });
});

describe('what tests may do to nodes of one process', () => {
  it('cuts one off, which goes on by itself and hands in later what it said', async () => {
    const { hub, runtime, one, other } = await two();
    const [here, there] = [listening(one), listening(other)];
    one.log.begin('s', bytesOf(''), 1);
    hub.cut(one.node);
    expect([here.away, one.directory.isReached]).toEqual([1, false]);
    expect(one.bus.send(other.node, bytesOf('a'))).toBe(false);
    await expect(one.directory.find('s')).rejects.toThrow('cannot be reached');
    one.log.append('s', 1, bytesOf('said'), { generation: 1 });
    expect(await read(one, 's')).toEqual(['said']);
    hub.heal(one.node);
    await turn();
    expect([here.reached, one.directory.isReached]).toEqual([[false], true]);
    expect(await read(other, 's')).toEqual(['said']);
    expect(there.gone).toEqual([]);
    hub.cut(one.node);
    runtime.advance(LEASE + 2_000);
    expect(there.gone).toEqual([one.node]);
    expect(one.directory.heldUntil).toBeLessThan(runtime.now());
    hub.heal(one.node);
    expect(one.directory.term).toBe(2);
  });

  it('loses what is shared: everybody is told, owners keep their histories, nobody claims in a hurry', async () => {
    const { hub, runtime, one, other } = await two();
    const [here, there] = [listening(one), listening(other)];
    one.bus.send(other.node, bytesOf('a'));
    one.log.begin('s', bytesOf('about'), 1);
    one.log.append('s', 1, bytesOf('said'), { generation: 1 });
    await turn();
    hub.pause(other.node);
    hub.lose();
    await turn();
    expect([here.reached, here.broken]).toEqual([[true], [other.node]]);
    expect(await one.directory.stateOf(other.node)).toBe('unsure');
    hub.resume(other.node);
    expect(there.reached).toEqual([true]);
    expect(await one.directory.stateOf(other.node)).toBe('alive');
    expect([one.directory.term, other.directory.term]).toEqual([1, 1]);
    one.log.append('s', 2, bytesOf('again'), { generation: 1 });
    await turn();
    await turn();
    expect(await read(other, 's')).toEqual(['said', 'again']);
    expect(textOf((await other.log.adopt('s', 2))?.about)).toBe('about');
    runtime.advance(LEASE);
    expect([here.gone, there.gone]).toEqual([[], []]);
  });

  it('kills one: it is gone once its lease ran out, and whatever was under way is broken', async () => {
    const { hub, runtime, one, other } = await two();
    const here = listening(one);
    one.bus.send(other.node, bytesOf('a'));
    runtime.advance(LEASE);
    hub.kill(other.node);
    runtime.advance(LEASE - 1_000);
    expect(here.gone).toEqual([]);
    runtime.advance(2_000);
    await turn();
    expect([here.gone, here.broken]).toEqual([[other.node], [other.node]]);
    await one.close();
    expect(runtime.timers).toBe(0);
  });
});

it('[BACKPLANE-BUS-BROKEN] is told to both where one missed the lease of the other, and not the other way round', async () => {
  const hub = memoryHub({ leaseMs: 100, renewMs: 20 });
  const nodes = [await joined(hub.node(nodeRuntime)), await joined(hub.node(nodeRuntime))] as const;
  const [one, other] = nodes;
  const told = nodes.map(listening);
  await expect.poll(() => one.directory.stateOf('nobody')).toBe('gone');
  one.bus.send(other.node, bytesOf('a'));
  await expect.poll(() => told[1]?.letters.length).toBe(1);
  // The process stands still for longer than a lease.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  await expect
    .poll(() => told.map(({ broken }) => broken), { timeout: 10_000 })
    .toEqual([[other.node], [one.node]]);
  await Promise.all(nodes.map((node) => node.close()));
});

async function two() {
  const hub = memoryHub({ leaseMs: LEASE });
  const runtime = new FakeRuntime();
  const [one, other] = [await joined(hub.node(runtime)), await joined(hub.node(runtime))];
  return { hub, runtime, one, other };
}

async function joined(node: Backplane): Promise<Backplane> {
  await node.directory.join(`http://${node.node}/`);
  return node;
}

async function read(node: Backplane, stream: string): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { data } of node.log.read(stream, 0)) found.push(textOf(data));
  return found;
}
