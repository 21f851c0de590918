import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Seals, type StateOptions } from '../../../src/access/seals.ts';
import { Announcements } from '../../../src/edges/announcements.ts';
import { SharedSeal } from '../../../src/edges/shared-seal.ts';
import { FakeRuntime, turn } from '../engine/support.ts';
import { bytesOf, textOf } from '../engine/wire.ts';
import { FakeShared } from './fake-shared.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const random = (length: number) => new Uint8Array(randomBytes(length));
const HEX = '0123456789abcdef'.repeat(4);

function world() {
  const runtime = new FakeRuntime();
  const shared = new FakeShared();
  const node = (name: string, state: StateOptions = {}) => {
    const announcements = new Announcements({ node: name, bus: shared.bus(name), runtime });
    const { directory } = shared;
    return new SharedSeal(new Seals(state, random), state, {
      directory,
      announcements,
      runtime,
      random,
      sha256,
    });
  };
  const pass = async (ms: number) => {
    runtime.advance(ms);
    for (let turns = 0; turns < 5; turns++) await turn();
  };
  return { runtime, shared, node, pass };
}

const opens = (seal: SharedSeal, text: string) => {
  const state = seal.open(text, 'a');
  return state && textOf(state);
};
const sealed = (seal: SharedSeal, state: string) => seal.seal(bytesOf(state), 'a');

describe('[NODES-SEAL] what one node sealed', () => {
  it('opens at all others, whoever was first', async () => {
    const { node } = world();
    const [a, b] = [node('a'), node('b')];
    await Promise.all([a.agree(), b.agree()]);
    expect([opens(b, sealed(a, 'x')), opens(a, sealed(b, 'y'))]).toEqual(['x', 'y']);
    const c = node('c');
    const before = sealed(a, 'z');
    await c.agree();
    expect(opens(c, before)).toBe('z');
  });

  it('is sealed by what is configured, where something is', async () => {
    const { shared, node } = world();
    const keys = { keys: [{ id: 'k', secret: HEX }] };
    const [a, b] = [node('a', keys), node('b', keys)];
    await Promise.all([a.agree(), b.agree()]);
    expect(opens(b, sealed(a, 'x'))).toBe('x');
    expect([shared.agreed.size, sealed(a, 'x').split('.')[1]]).toEqual([0, 'k']);
    a.change({});
    await turn();
    expect(shared.agreed.size).toBe(1);
  });

  it('does not start where it cannot be agreed, nor with what is none', async () => {
    const { shared, node } = world();
    shared.isAway = true;
    await expect(node('a').agree()).rejects.toThrow('away');
    shared.isAway = false;
    shared.agreed.set('state', 'a secret of somebody else');
    await expect(node('b').agree()).rejects.toThrow('something else');
  });
});

describe('[NODES-SEAL-LOST] where what is shared comes back empty', () => {
  it('the same secret is agreed again', async () => {
    const { shared, node, pass } = world();
    const [a, b] = [node('a'), node('b')];
    await a.agree();
    await b.agree();
    const before = [...shared.agreed.values()];
    shared.forget();
    shared.isAway = true;
    await pass(40_000);
    shared.isAway = false;
    await pass(1_000);
    expect([...shared.agreed.values()]).toEqual(before);
    const c = node('c');
    await c.agree();
    expect(opens(c, sealed(b, 'x'))).toBe('x');
  });

  it('and a new node was quicker, what either sealed opens everywhere, also for who comes later', async () => {
    const { shared, node, pass } = world();
    const [a, b] = [node('a'), node('b')];
    await a.agree();
    await b.agree();
    const old = sealed(a, 'old');
    shared.forget();
    const c = node('c');
    await c.agree();
    await pass(0);
    await pass(500);
    const fresh = sealed(c, 'new');
    for (const one of [a, b, c]) expect([opens(one, old), opens(one, fresh)]).toEqual(['old', 'new']);
    expect(opens(c, sealed(a, 'of now'))).toBe('of now');
    const d = node('d');
    await d.agree();
    expect([opens(d, old), opens(d, fresh)]).toEqual(['old', 'new']);
  });

  it('time and again, no more than a few are kept, and one timer of each node', async () => {
    const { runtime, shared, node, pass } = world();
    const a = node('a');
    await a.agree();
    for (let round = 0; round < 30; round++) {
      shared.forget();
      await node(`b${round}`).agree();
      await pass(500);
    }
    expect(shared.values.size).toBeLessThanOrEqual(8);
    a.close();
    for (let times = 0; times < 10; times++) await pass(1_000);
    expect(runtime.timers).toBeLessThanOrEqual(30);
  });
});
