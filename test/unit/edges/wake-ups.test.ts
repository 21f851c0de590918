/** What one node tells the others of lists and keys that changed. */
import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { KeySource, SourceKey } from '../../../src/access/key-source.ts';
import { memoryHub, type MemoryHub } from '../../../src/backplanes/memory-hub.ts';
import { KeyWatch } from '../../../src/edges/key-watch.ts';
import { shared } from '../../../src/edges/shared.ts';
import type { Sites } from '../../../src/edges/sites.ts';
import { Gateway } from '../../../src/engine/gateway.ts';
import { MERGE_LIMITS } from '../../../src/engine/merge/limits.ts';
import type { ServerOptions } from '../../../src/engine/server-options.ts';
import { Client, greeted, type Has, Lister } from '../engine/merge/support.ts';
import { FakeRuntime, turn } from '../engine/support.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const random = (length: number) => new Uint8Array(randomBytes(length));
const CHANGED = 'notifications/tools/list_changed';
const A: Has = { tools: ['a1', 'a2'], prompts: ['p'] };

/** Keys that are looked at when somebody says so. */
class Kept implements KeySource {
  keys: readonly SourceKey[] = [];
  looks = 0;
  /** What a look finds. */
  found: readonly SourceKey[] = [];
  #changed: (() => void) | undefined;

  watch(changed: () => void): () => void {
    this.#changed = changed;
    return () => {};
  }

  look(): void {
    this.looks++;
    if (this.found === this.keys) return;
    this.keys = this.found;
    this.#changed?.();
  }
}

async function node(runtime: FakeRuntime, hub: MemoryHub, more: Partial<ServerOptions> = {}) {
  const backplane = hub.node(runtime);
  const said: string[] = [];
  const { announce } = backplane.bus;
  backplane.bus.announce = (topic, text) => {
    if (topic !== 'state') said.push(`${topic} ${text}`);
    announce.call(backplane.bus, topic, text);
  };
  await backplane.directory.join(undefined);
  const common = shared({ backplane, runtime, sha256, random, state: {}, tickets: {} });
  const { listsChanged, seal } = common;
  const gateway = new Gateway({ runtime, backplane: common.backplane, seal, listsChanged });
  const driver = new Lister(A, 'a');
  const server = gateway.addServer({ name: 'a', driver, sharing: 'shared', ...more });
  const merge = gateway.merge({ name: '/', members: [{ server }] });
  const allowed: string[] = [];
  const sites = { nextExpiry: () => Infinity, allows: (name: string) => allowed.push(name) > 0 };
  const watch = new KeyWatch(gateway, () => sites as unknown as Sites);
  const keys = new Kept();
  watch.follow(keys);
  common.wake(gateway, watch);
  const close = async () => {
    watch.end();
    common.close();
    await gateway.close();
  };
  return { gateway, merge, driver, said, keys, allowed, close };
}

async function nodes(count: number, more: Partial<ServerOptions> = {}) {
  const runtime = new FakeRuntime();
  const hub = memoryHub();
  const all = await Promise.all(Array.from({ length: count }, () => node(runtime, hub, more)));
  const pass = async (ms: number, step = 50) => {
    for (let left = ms; left > 0; left -= step) {
      runtime.advance(Math.min(step, left));
      await turn();
    }
  };
  const end = async () => {
    await Promise.all(all.map((one) => one.close()));
    expect(runtime.timers).toBe(0);
  };
  const [a, b, c] = all as [
    Awaited<ReturnType<typeof node>>,
    Awaited<ReturnType<typeof node>>,
    (typeof all)[0],
  ];
  return { runtime, hub, a, b, c, pass, end };
}

describe('[NODES-LISTS] lists that a server called changed at one node', () => {
  it('are asked for again at the others, whose clients are told where they are others', async () => {
    const { a, b, c, pass, end } = await nodes(3);
    const clients = await Promise.all([a, b, c].map((one) => greeted(one)));
    for (const client of clients) expect(await client.names()).toEqual(['a1', 'a2']);
    for (const { driver } of [a, b]) driver.has = { ...A, tools: ['new'] };
    a.driver.link.notifies(CHANGED);
    await pass(500);
    const [one, two, three] = clients as [Client, Client, Client];
    expect([one.heard, two.heard, three.heard]).toEqual([[CHANGED], [CHANGED], []]);
    expect([await two.names(), await three.names()]).toEqual([['new'], ['a1', 'a2']]);
    expect(c.driver.asked('tools/list')).toHaveLength(2);
    await end();
  });

  it('are told no more than four times a second, and by nobody who only heard it', async () => {
    const { a, b, c, pass, end } = await nodes(3);
    for (const one of [a, b, c]) await (await greeted(one)).names();
    for (const { driver } of [a, b, c]) driver.has = { ...A, tools: ['new'] };
    for (let n = 0; n < 1_000; n++) {
      a.driver.link.notifies(CHANGED);
      if (n % 100 === 99) await pass(100);
    }
    await pass(1_000);
    expect(a.said.length).toBeGreaterThanOrEqual(2);
    expect(a.said.length).toBeLessThanOrEqual(6);
    expect([b.said, c.said]).toEqual([[], []]);
    await end();
  });

  it('are told, too, where they are found to be others and nobody said so', async () => {
    const { a, b, pass, end } = await nodes(2);
    const [one, two] = [await greeted(a), await greeted(b)];
    await one.names();
    await two.names();
    for (const { driver } of [a, b]) driver.has = { ...A, tools: ['new'] };
    await pass(MERGE_LIMITS.freshMs, 1_000);
    expect(await one.names()).toEqual(['new']);
    await pass(500);
    expect(two.heard).toEqual([CHANGED]);
    expect([a.said, b.said]).toEqual([[`lists ${CHANGED} a`], []]);
    await end();
  });

  it('are given from no cache any more', async () => {
    const { a, b, pass, end } = await nodes(2, { cache: { listsMs: 3_600_000 } });
    const [one, two] = [a, b].map((at) => new Client({ ...at, merge: at.gateway.servers.get('a') as never }));
    for (const client of [one, two]) await client?.ask('initialize', { protocolVersion: '2025-06-18' });
    for (let n = 0; n < 3; n++) for (const client of [one, two]) await client?.names();
    expect(b.driver.asked('tools/list')).toHaveLength(1);
    a.driver.link.notifies(CHANGED);
    await pass(100);
    await two?.names();
    expect(b.driver.asked('tools/list')).toHaveLength(2);
    await end();
  });

  it('of a server that others do not have, or in words that are none, are nobody\u2019s business', async () => {
    const { a, b, hub, runtime, pass, end } = await nodes(2);
    const client = await greeted(b);
    await client.names();
    const stranger = hub.node(runtime);
    await stranger.directory.join(undefined);
    for (const text of [
      '',
      'a',
      `${CHANGED} other`,
      'notifications/resources/updated a',
      '\n',
      'x'.repeat(1e5),
    ])
      stranger.bus.announce('lists', text);
    await pass(500);
    expect([b.driver.asked('tools/list').length, client.heard, a.said]).toEqual([1, [], []]);
    await stranger.close();
    await end();
  });
});

describe('[NODES-KEYS] keys that changed at one node', () => {
  it('are looked at by the others at once, and what they opened is reviewed; nobody says it again', async () => {
    const { a, b, c, pass, end } = await nodes(3);
    await greeted(b, { principal: 'ann' });
    const found = [{ name: 'ann', sha256: sha256('key'), isRevoked: true }];
    b.keys.found = found;
    a.keys.found = found;
    a.keys.look();
    await pass(50);
    expect([b.keys.looks, c.keys.looks, b.keys.keys]).toEqual([1, 1, found]);
    expect(b.allowed).toContain('ann');
    expect([a.said, b.said, c.said]).toEqual([['keys '], [], []]);
    await end();
  });
});
