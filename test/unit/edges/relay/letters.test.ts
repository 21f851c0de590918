/** Letters of operators: whose they are, for whom, how often and for how long they are good. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { Seals } from '../../../../src/access/seals.ts';
import type { Visit } from '../../../../src/edges/http/front.ts';
import { Letters } from '../../../../src/edges/relay/letters.ts';
import { FakeRuntime } from '../../engine/support.ts';
import { FakeRequest } from '../support.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const seals = (fill = 'a') => new Seals({ keys: [{ id: 'k', secret: fill.repeat(64) }] }, random);
const EMPTY = new Uint8Array(0);

function node(name: string, runtime = new FakeRuntime(), seal: Seals | undefined = seals()) {
  return Object.assign(new Letters({ node: name, runtime, seal }), { runtime });
}

function visit(headers: Record<string, string> = {}): Visit {
  const request = new FakeRequest('POST', '/admin/api/servers/a/call?x=1', headers, Promise.resolve(EMPTY));
  return { request, caller: { principal: 'operator#k-1' }, address: '10.0.0.9' } as unknown as Visit;
}

it('[ANYNODE-PROVEN] a letter says what was asked, by whom and from where; what only proves them stays', async () => {
  const headers = { accept: 'a/b', host: 'h', cookie: 'c', authorization: 'Bearer k', 'last-event-id': '7' };
  const body = random(1024 * 1024);
  const texts = node('near').write('far', visit(headers), body);
  const read = node('far').read('near', texts);
  expect(read).toMatchObject({ operator: 'operator#k-1', address: '10.0.0.9', from: 'near' });
  const { method, path, query } = read?.request ?? {};
  expect([method, path, query]).toEqual(['POST', '/admin/api/servers/a/call', 'x=1']);
  const names = ['accept', 'host', 'last-event-id', 'cookie', 'authorization'];
  expect(names.map((name) => read?.request.header(name))).toEqual(['a/b', 'h', '7', undefined, undefined]);
  expect(Buffer.from((await read?.request.body(2 ** 20, 1)) ?? EMPTY).equals(body)).toBe(true);
  expect(texts.slice(1).every((text) => text.length <= 70_000)).toBe(true);
});

it('[ANYNODE-PROVEN] a letter is good at its node alone, once, in its order and for a minute', () => {
  const [near, far] = [node('near'), node('far')];
  const [first, second, third] = [1, 2, 3].map(() => near.write('far', visit(), EMPTY));
  const good = (texts: readonly string[] = [], from = 'near') => far.read(from, texts) !== undefined;
  expect([good(first, 'other'), node('other').read('near', first ?? [])]).toEqual([false, undefined]);
  expect([good(second), good(second), good(first), good(third)]).toEqual([true, false, false, true]);
  const late = near.write('far', visit(), EMPTY);
  far.runtime.ahead = 61_000;
  expect(good(late)).toBe(false);
  near.runtime.ahead = 122_001;
  expect(good(near.write('far', visit(), EMPTY))).toBe(false);
  near.runtime.ahead = 100_000;
  expect(good(near.write('far', visit(), EMPTY))).toBe(true);
});

it('[ANYNODE-PROVEN] pieces are those of one letter, in their order, all of them and no others', () => {
  const near = node('near');
  const texts = near.write('far', visit(), random(200_000));
  const other = near.write('far', visit(), random(200_000));
  const [number = '', ...pieces] = texts;
  expect(pieces.length).toBeGreaterThan(4);
  const wrong = [
    [number, ...pieces.toReversed()],
    [number, ...pieces.slice(0, -1)],
    [number, ...pieces, pieces[0] ?? ''],
    [number, ...pieces.slice(0, -1), other.at(-1) ?? ''],
    [`${number}0`, ...pieces],
    ['NaN', ...pieces],
    [number],
    [],
    [number, ...Array.from({ length: 1_000 }, () => pieces[0] ?? '')],
  ];
  const far = node('far');
  expect(wrong.map((some) => far.read('near', some))).toEqual(wrong.map(() => undefined));
  expect(node('far', new FakeRuntime(), seals('b')).read('near', texts)).toBe(undefined);
  // What was refused has used nothing up.
  expect(far.read('near', texts)).toBeDefined();
});

it('[ANYNODE-PROVEN] of senders a bounded number is remembered', () => {
  const far = node('far');
  const seal = seals();
  const first = node('n0', far.runtime, seal).write('far', visit(), EMPTY);
  expect(far.read('n0', first)).toBeDefined();
  for (let at = 1; at <= 1_000; at++)
    expect(far.read(`n${at}`, node(`n${at}`, far.runtime, seal).write('far', visit(), EMPTY))).toBeDefined();
  // Whoever is forgotten is so after a thousand starts of nodes; its letters are old by then.
  far.runtime.ahead = 61_000;
  expect(far.read('n0', first)).toBe(undefined);
});
