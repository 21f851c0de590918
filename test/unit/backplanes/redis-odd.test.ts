/** What becomes of nodes when Redis is not what it was: flushed, another one, or with rubbish in it. */
import { createServer, connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { redisBackplane } from '../../../src/backplanes/redis/backplane.ts';
import { RedisFarLog } from '../../../src/backplanes/redis/log.ts';
import { Keys } from '../../../src/backplanes/redis/keys.ts';
import { writeLetter } from '../../../src/backplanes/redis/letter.ts';
import { Sight } from '../../../src/backplanes/redis/sight.ts';
import { Connection } from '../../../src/backplanes/redis/connection.ts';
import { nodeRuntime } from '../../../src/edges/node/runtime.ts';
import type { Backplane } from '../../../src/engine/ports-backplane.ts';
import { bytesOf, listening } from '../../contract/backplane-place.ts';
import { redisCli } from '../../support/redis-kinds.ts';
import { startRedis, type TestRedis } from '../../support/redis.ts';
import { FakeRuntime } from '../engine/support.ts';
import { until, type Settings } from './redis-place.ts';

const LEASE = 1_500;
const RENEW = 200;
const LONG = 60_000;

it.concurrent('[INSIDE-FLUSHED] a Redis that is flushed makes nobody gone: all of them get their time', async () => {
  await withRedis(1, async ([redis]) => {
    const one = await joined({ url: redis.url });
    const other = await joined({ url: redis.url });
    const [here, there] = [listening(one), listening(other)];
    await until(() => one.directory.peers.has(other.node));
    await until(async () => (await one.directory.stateOf('nobody')) === 'gone');
    one.directory.keep(recordOf(one), LONG);
    await redisCli(redis, 'flushall');
    // Whatever is asked first, before or after somebody took his lease anew.
    const states = await Promise.all(Array.from({ length: 5 }, () => one.directory.stateOf(other.node)));
    expect(states).not.toContain('gone');
    await until(() => here.reached.includes(true) && there.reached.includes(true));
    await until(async () => (await one.directory.stateOf(other.node)) === 'alive');
    expect([here.gone, there.gone]).toEqual([[], []]);
    await close(one, other);
  });
});

it('[INSIDE-CLOCK] a clock of Redis that is set forward makes nobody gone, however slowly Redis answers', async () => {
  const runtime = new FakeRuntime();
  let [time, lease, lag] = [1_000_000, '', 0];
  const run = async () => {
    runtime.advance(lag);
    return [Buffer.from(lease), Buffer.from('run'), time + runtime.now()];
  };
  const sight = new Sight({ run } as unknown as Connection, new Keys('t'), runtime, 5_000);
  expect(await sight.stateOf('n')).toBe('unsure');
  runtime.advance(5_000);
  expect(await sight.stateOf('n')).toBe('gone');
  // Slow answers are no clock that was set.
  lag = 2_000;
  expect(await sight.stateOf('n')).toBe('gone');
  lag = 0;
  expect(await sight.stateOf('n')).toBe('gone');
  time += 6_000;
  expect(await sight.stateOf('n')).toBe('unsure');
  runtime.advance(4_000);
  expect(await sight.stateOf('n')).toBe('unsure');
  runtime.advance(1_000);
  expect(await sight.stateOf('n')).toBe('gone');
  // Set back, leases last longer than they should: that takes nothing from anybody.
  time -= 60_000;
  lease = 'token';
  expect(await sight.stateOf('n')).toBe('alive');
});

it.concurrent('[INSIDE-REPLICA] nodes follow the name of Redis to another, and read there', async () => {
  await withRedis(2, async ([first, second]) => {
    let port = first.port;
    const name = createServer((near) => {
      const far = connect({ port, host: '127.0.0.1' });
      near.on('error', () => far.destroy()).on('close', () => far.destroy());
      far.on('error', () => near.destroy()).on('close', () => near.destroy());
      near.pipe(far).pipe(near);
    });
    await once(name.listen(0, '127.0.0.1'), 'listening');
    const one = await joined({ url: `redis://127.0.0.1:${(name.address() as AddressInfo).port}` });
    const here = listening(one);
    port = second.port;
    await redisCli(first, 'replicaof', '127.0.0.1', String(second.port));
    await until(async () => (await redisCli(second, 'exists', `t:lease:{${one.node}:}`)) === '1');
    // What read there must not wait for letters in a place to which nobody writes any more.
    await redisCli(first, 'replicaof', 'no', 'one');
    const other = await joined({ url: second.url });
    await until(() => other.bus.send(one.node, bytesOf('hello')));
    await until(() => here.letters.some(({ text }) => text === 'hello'));
    await close(one, other);
    name.close();
  });
});

it.concurrent('[INSIDE-STRANGERS] letters of nodes that are not there keep nobody from talking, and are forgotten', async () => {
  await withRedis(1, async ([redis]) => {
    const one = await joined({ url: redis.url });
    const here = listening(one);
    const inbox = `t:inbox:{${one.node}:}`;
    await redisCli(redis, 'xadd', inbox, '*', 'm', 'rubbish');
    const letter = { kind: 'open', mine: 1, theirs: 0, number: 0, received: 0, messages: [] } as const;
    const client = connect(redis.port, '127.0.0.1');
    for (let number = 0; number < 1_000; number++)
      client.write(command(['XADD', inbox, '*', 'm', writeLetter({ ...letter, from: `ghost${number}` })]));
    const other = await joined({ url: redis.url });
    const there = listening(other);
    await until(() => one.directory.peers.has(other.node));
    await until(() => {
      if (there.letters.length === 0) one.bus.send(other.node, bytesOf('hello'));
      return there.letters.length > 0;
    });
    expect(here.gone).toEqual([]);
    client.destroy();
    await close(one, other);
  });
});

it.concurrent('[INSIDE-LATE] a beginning of a stream that comes late undoes nothing', async () => {
  await withRedis(1, async ([redis]) => {
    const keys = new Keys('t');
    const place = { host: '127.0.0.1', port: redis.port, username: undefined, password: undefined };
    const connection = await Connection.open({
      places: [{ ...place, db: 0, isTls: false }],
      isCluster: false,
      patience: { connectMs: 5_000, commandMs: 5_000, retryMs: 100 },
      ca: undefined,
    });
    await connection.up(10_000);
    const log = new RedisFarLog(connection, keys, { keptMs: LONG, events: 10 });
    const write = (generation: number, number: number, count: number) =>
      log.write({
        stream: 's',
        generation,
        beginning: { about: bytesOf('about'), runs: [], number },
        base: 0,
        events: Array.from({ length: count }, (_, at) => ({ offset: at + 1, data: bytesOf('e') })),
        oldest: 0,
        isEnded: false,
      });
    expect(await write(1, 2, 5)).toBe('kept');
    expect(await write(1, 1, 2)).toBe('older');
    expect((await log.read('s', 0, 5)).length).toBe(5);
    expect(await write(1, 3, 6)).toBe('kept');
    expect((await log.adopt('s', 2))?.published).toBe(6);
    // Who adopted it counts for itself.
    expect(await write(2, 1, 7)).toBe('kept');
    await connection.close();
  });
});

it.concurrent('[INSIDE-WRONG] rubbish at one key costs that key alone, and is replaced where it can be', async () => {
  await withRedis(1, async ([redis]) => {
    const one = await joined({ url: redis.url });
    const here = listening(one);
    const rubbish = (key: string) => redisCli(redis, 'eval', RUBBISH, '1', key);
    for (const key of ['t:nodes', `t:inbox:{${one.node}:}`, 't:session:{s:}', 't:bucket:{bad:}'])
      await rubbish(key);
    const [bad, good] = await one.counters.exchange([
      { ...LEVEL, key: 'bad' },
      { ...LEVEL, key: 'good' },
    ]);
    expect([bad, good]).toEqual([undefined, 1]);
    one.directory.keep(recordOf(one), LONG);
    await until(async () => (await one.directory.find('s').catch(() => undefined)) !== undefined);
    const other = await joined({ url: redis.url });
    await until(() => one.directory.peers.has(other.node));
    await until(() => other.bus.send(one.node, bytesOf('hello')));
    await until(() => here.letters.length > 0);
    expect(here.gone).toEqual([]);
    await close(one, other);
  });
});

const RUBBISH = "redis.call('DEL', KEYS[1]) redis.call('SADD', KEYS[1], 'rubbish')";
const LEVEL = { amount: 1, perMs: LONG, most: 10, cost: 1 };

async function withRedis(
  count: number,
  check: (all: [TestRedis, TestRedis]) => Promise<void>,
): Promise<void> {
  const all = await Promise.all(Array.from({ length: count }, () => startRedis()));
  try {
    await check(all as [TestRedis, TestRedis]);
  } finally {
    await Promise.all(all.map((redis) => redis.stop()));
  }
}

async function joined(settings: Settings): Promise<Backplane> {
  const usual = { leaseMs: LEASE, renewMs: RENEW, prefix: 't', runtime: nodeRuntime };
  const node = await redisBackplane({ ...usual, ...settings });
  await node.directory.join(undefined);
  return node;
}

function close(...nodes: Backplane[]): Promise<unknown> {
  return Promise.all(nodes.map((node) => node.close()));
}

function recordOf({ node }: Backplane) {
  return { session: 's', owner: node, generation: 1, facts: bytesOf('facts') };
}

/** As Redis reads it. */
function command(words: readonly (string | Buffer)[]): Buffer {
  const parts = words.map((word) => Buffer.from(word));
  return Buffer.concat([
    Buffer.from(`*${parts.length}\r\n`),
    ...parts.flatMap((part) => [Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')]),
  ]);
}
