/** What becomes of nodes when Redis, the way to it, or a node breaks. */
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisBackplane } from '../../../src/backplanes/redis/backplane.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import type { Backplane } from '../../../src/engine/ports-backplane.ts';
import { bytesOf, listening, textOf, type Told } from '../../contract/backplane-place.ts';
import { Program } from '../../support/program.ts';
import { redisCli } from '../../support/redis-kinds.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { Wire } from '../../support/wire.ts';
import { pass, prefix, until, type Settings } from './redis-place.ts';

const LONG = 60_000;
/** What lapses does so soon, though not on a machine that is merely slow. */
const LEASE = 1_500;

let shared: TestRedis;
beforeAll(async () => void (shared = await startRedis()));
afterAll(() => shared.stop());

describe.concurrent('where Redis restarts', () => {
  it('[BACKPLANE-REDIS-EMPTY] empty: all is there again within 5 s, and nobody lost a session', async () => {
    await withRedis({}, async (redis) => {
      const { one, other, here, there } = await two({ url: redis.url, leaseMs: LEASE });
      keep(one, 's', 1);
      say(one, 1, 3);
      one.bus.send(other.node, bytesOf('before'));
      await until(() => there.letters.length === 1);
      await redis.kill();
      await until(() => here.away >= 1 && there.away >= 1);
      const askedAt = Date.now();
      const asked = [
        one.directory.find('s'),
        one.directory.stateOf(other.node),
        one.counters.exchange([LEVEL]),
      ];
      const outcomes = await Promise.allSettled(asked);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      expect(Date.now() - askedAt).toBeLessThan(1_000);
      expect(one.bus.send(other.node, bytesOf('lost'))).toBe(false);
      say(one, 4, 5);
      expect(await read(one)).toEqual(['1', '2', '3', '4', '5']);
      await redis.restart({ empty: true });
      const backAt = Date.now();
      await until(() => here.reached.includes(true) && there.reached.includes(true));
      keep(one, 's', 1);
      await until(async () => (await other.directory.find('s'))?.owner === one.node);
      say(one, 6, 6);
      await until(async () => (await read(other).catch(() => [])).length === 6);
      await until(() => here.broken.includes(other.node) && there.broken.includes(one.node));
      await until(() => one.bus.send(other.node, bytesOf('after')));
      await until(() => there.letters.length === 2);
      expect(Date.now() - backAt).toBeLessThan(5_000);
      expect(there.letters.map(({ text }) => text)).toEqual(['before', 'after']);
      expect([here.gone, there.gone, here.claimed]).toEqual([[], [], []]);
      expect((await other.log.adopt('s/1', 2))?.published).toBe(6);
      await close(one, other);
    });
  });

  it('[BACKPLANE-REDIS-KEPT] with its data: what was kept is there, and what was said meanwhile comes after', async () => {
    await withRedis({ persistent: true }, async (redis) => {
      const { one, other, here, there } = await two({ url: redis.url });
      keep(one, 's', 1);
      say(one, 1, 3);
      await until(async () => (await read(other).catch(() => [])).length === 3);
      await redis.kill();
      await until(() => here.away >= 1);
      say(one, 4, 4);
      await redis.restart();
      await until(() => here.reached.length > 0 && there.reached.length > 0);
      expect(await other.directory.find('s')).toMatchObject({ owner: one.node, generation: 1 });
      await until(async () => (await read(other).catch(() => [])).length === 4);
      expect(one.directory.term).toBe(1);
      await close(one, other);
    });
  });
});

describe.concurrent('where a node does not come through', () => {
  it('[BACKPLANE-REDIS-STALLED] its lease is over before anybody takes its sessions, and it learns of it', async () => {
    const wire = await Wire.start(shared.port);
    const settings = { leaseMs: LEASE, prefix: prefix() };
    const patience = { commandMs: 800 };
    const one = await joined({ ...settings, patience, url: `redis://127.0.0.1:${wire.port}` });
    const other = await joined({ ...settings, url: shared.url });
    const here = listening(one);
    keep(one, 's', 1);
    await until(async () => (await other.directory.find('s')) !== undefined);
    wire.cut('silent');
    await until(() => here.away >= 1);
    await until(async () => (await other.directory.stateOf(one.node)) === 'gone');
    expect(one.directory.heldUntil).toBeLessThanOrEqual(nodeRuntime.now());
    const claimed = await other.directory.claim(recordOf(one, 's', 1), LONG);
    expect(claimed).toMatchObject({ owner: other.node, generation: 2 });
    const mendedAt = Date.now();
    wire.mend();
    await until(() => one.directory.term > 1);
    // Whoever asked it meanwhile went by its word, and must hear better before it claims anything.
    const state = await one.directory.stateOf('nobody');
    if (Date.now() - mendedAt < LEASE) expect(state).toBe('unsure');
    keep(one, 's', 1);
    await until(() => here.claimed.includes('s'));
    await close(one, other);
    await wire.close();
  });

  it('[BACKPLANE-REDIS-PAUSED] a process that stood still learns that its sessions are another node’s', async () => {
    const name = prefix();
    const holder = await Program.start({
      command: process.execPath,
      args: [join(import.meta.dirname, 'fixtures/holder.ts'), shared.url, name, String(LEASE)],
      cwd: process.cwd(),
    });
    const other = await joined({ url: shared.url, prefix: name, leaseMs: LEASE });
    const there = listening(other);
    const held = (await holder.says(/node \S+\n/)).split(/\s/)[1] ?? '';
    await until(async () => (await other.directory.find('s')) !== undefined);
    await until(() => other.bus.send(held, bytesOf('hello')));
    await until(() => there.letters.length === 1);
    holder.signal('SIGSTOP');
    expect(other.bus.send(held, bytesOf('stale'))).toBe(true);
    await until(async () => (await other.directory.stateOf(held)) === 'gone');
    const record = { session: 's', owner: held, generation: 1, facts: new Uint8Array(0) };
    expect((await other.directory.claim(record, LONG))?.generation).toBe(2);
    holder.signal('SIGCONT');
    const said = await holder.says(/claimed s\n/);
    expect(said.indexOf('term 2')).toBeGreaterThan(0);
    // What was said to it before is not heard any more: its sender had given it up.
    await until(() => other.bus.send(held, bytesOf('fresh')));
    expect(await holder.says(/received fresh\n/)).not.toContain('received stale');
    expect(await other.directory.find('s')).toMatchObject({ owner: other.node, generation: 2 });
    await holder.end();
    await close(other);
  });

  it('[BACKPLANE-REDIS-FIRST] what a client got is in Redis, though its node died in that instant', async () => {
    await Promise.all(
      ['/', '/end'].map(async (path) => {
        const name = prefix();
        const sayer = await Program.start({
          command: process.execPath,
          args: [join(import.meta.dirname, 'fixtures/sayer.ts'), shared.url, name],
          cwd: process.cwd(),
        });
        const port = Number((await sayer.says(/port \d+\n/)).split(/\s/)[1]);
        expect(await got(port, path)).toContain('said');
        expect(await sayer.ended).toBe('SIGKILL');
        const other = await joined({ url: shared.url, prefix: name });
        expect(await other.log.adopt('s/1', 2)).toMatchObject({ published: 1, answers: [{ offset: 1 }] });
        expect(await read(other)).toEqual(['said']);
        await close(other);
      }),
    );
  });

  it('[BACKPLANE-BUS-BROKEN] letters that are lost in between are noticed by both, and not mixed up with later ones', async () => {
    const wire = await Wire.start(shared.port);
    const settings = { prefix: prefix(), inboxLetters: 5, renewMs: 200 };
    const one = await joined({ ...settings, url: shared.url });
    const other = await joined({ ...settings, url: `redis://127.0.0.1:${wire.port}` });
    const [here, there] = [listening(one), listening(other)];
    await until(() => one.directory.peers.has(other.node));
    one.bus.send(other.node, bytesOf('0'));
    await until(() => there.letters.length === 1);
    wire.cut('silent');
    // More than the inbox takes.
    for (let number = 1; number <= 10; number++) {
      one.bus.send(other.node, bytesOf(String(number)));
      await pass(1);
    }
    await until(() => here.broken.length > 0);
    wire.mend();
    await until(() => there.broken.length > 0);
    await until(async () => {
      // It may be lost once more while the inbox is still full.
      one.bus.send(other.node, bytesOf('again'));
      await pass(50);
      return there.letters.at(-1)?.text === 'again';
    });
    const before = there.letters.map(({ text }) => text).filter((text) => text !== 'again');
    expect(before).toEqual(Array.from(before, (_, number) => String(number)));
    await close(one, other);
    await wire.close();
  });

  it('[BACKPLANE-REDIS-EXPIRES] nothing is kept in Redis without end but what nodes agreed on', async () => {
    const name = prefix();
    const { one, other } = await two({ url: shared.url, prefix: name });
    keep(one, 's}{', 1);
    say(one, 1, 5);
    one.bus.send(other.node, bytesOf('a'));
    await one.directory.put('p', bytesOf('1'), LONG);
    await one.directory.set('q', bytesOf('1'), LONG);
    await one.directory.agree('secret', 'text');
    await one.counters.exchange([LEVEL]);
    await until(async () => (await read(other).catch(() => [])).length === 5);
    const keys = (await redisCli(shared, 'keys', `${name}:*`)).split('\n').sort();
    const kinds = new Set(keys.map((key) => key.split(':')[1]));
    expect([...kinds]).toEqual([
      'agreed',
      'bucket',
      'events',
      'inbox',
      'lease',
      'mark',
      'nodes',
      'session',
      'stream',
      'value',
    ]);
    const times = await Promise.all(keys.map((key) => redisCli(shared, 'pttl', key)));
    expect(keys.filter((_, index) => Number(times[index]) <= 0)).toEqual([`${name}:agreed:{secret:}`]);
    await close(one, other);
  });
});

const LEVEL = { key: 'k', amount: 1, perMs: LONG, most: 10, cost: 1 };

async function withRedis(
  options: { persistent?: boolean },
  check: (redis: TestRedis) => Promise<void>,
): Promise<void> {
  const redis = await startRedis(options);
  try {
    await check(redis);
  } finally {
    await redis.stop();
  }
}

async function joined(settings: Settings & { prefix: string }): Promise<Backplane> {
  const node = await redisBackplane({ ...settings, runtime: nodeRuntime });
  await node.directory.join(undefined);
  return node;
}

async function two(
  settings: Settings & { prefix?: string },
): Promise<{ one: Backplane; other: Backplane; here: Told; there: Told }> {
  const all = { prefix: prefix(), ...settings };
  const [one, other] = [await joined(all), await joined(all)];
  await until(() => one.directory.peers.has(other.node) && other.directory.peers.has(one.node));
  return { one, other, here: listening(one), there: listening(other) };
}

async function close(...nodes: Backplane[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.close()));
}

function recordOf({ node }: Backplane, session: string, generation: number) {
  return { session, owner: node, generation, facts: bytesOf('facts') };
}

function keep(node: Backplane, session: string, generation: number): void {
  node.directory.keep(recordOf(node, session, generation), LONG);
}

function say(node: Backplane, from: number, to: number): void {
  if (from === 1) node.log.begin('s/1', bytesOf('about'), 1);
  for (let offset = from; offset <= to; offset++)
    node.log.append('s/1', offset, bytesOf(String(offset)), { generation: 1 });
}

async function read(node: Backplane): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for await (const { data } of node.log.read('s/1', 0)) found.push(textOf(data));
  return found;
}

/** What a client has when the connection breaks. */
function got(port: number, path: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const asking = request({ port, path }, (response) => {
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('error', () => {});
      response.on('close', () => resolve(text));
    });
    asking.on('error', () => resolve(text));
    asking.end();
  });
}
