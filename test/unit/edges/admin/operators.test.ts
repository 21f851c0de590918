/** Who is an operator, and for how long. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { Operators } from '../../../../src/edges/admin/operators.ts';

const HOUR = 3_600_000;
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hashed = (key: string) => `sha256:${sha256(key)}`;

let now = 0;
let ids = 0;
let changes = 0;

function operators(redeem?: (token: string) => boolean): Operators {
  const runtime = { now: () => now, wall: () => now, randomId: () => `id-${++ids}` };
  return new Operators({ runtime, sha256, changed: () => void changes++, redeem });
}

beforeEach(() => {
  now = 1_000;
  ids = 0;
  changes = 0;
});

describe('a one-time token', () => {
  it('[ADMIN-TOKEN] is good once', () => {
    const all = operators();
    const token = all.token();
    expect([all.byToken(token), all.byToken(token)]).toEqual([true, false]);
    expect(all.byToken('')).toBe(false);
  });

  it('[ADMIN-TOKEN] is good for ten minutes, and the last sixteen are', () => {
    const all = operators();
    const late = all.token();
    now += 10 * 60_000;
    expect(all.byToken(late)).toBe(false);
    const tokens = Array.from({ length: 17 }, () => all.token());
    expect(tokens.map((token) => all.byToken(token))).toEqual([false, ...Array(16).fill(true)]);
  });

  it('[ADMIN-TOKEN] may be one that another process made', () => {
    const all = operators((token) => token === 'theirs');
    expect([all.byToken('theirs'), all.byToken('nobodys')]).toEqual([true, false]);
  });
});

describe('a session', () => {
  it('[ADMIN-SESSION] lasts twelve hours', () => {
    const all = operators();
    const { name, operator, seconds } = all.open();
    expect(seconds).toBe(12 * 3_600);
    now += 12 * HOUR - 1;
    expect(all.bySession(name)).toBe(operator);
    expect(all.recall(operator.principal)).toBe(operator);
    now += 1;
    expect(all.recall(operator.principal)).toBeUndefined();
    expect(all.bySession(name)).toBeUndefined();
  });

  it('[ADMIN-SESSION] makes room for the 65th', () => {
    const all = operators();
    const first = all.open();
    const others = Array.from({ length: 64 }, () => all.open());
    expect(all.bySession(first.name)).toBeUndefined();
    expect(others.every(({ name, operator }) => all.bySession(name) === operator)).toBe(true);
    expect(changes).toBe(1);
  });

  it('[ADMIN-SESSION] ends by signing out, with what it opened', () => {
    const all = operators();
    const { name, operator } = all.open();
    all.close(name);
    expect([all.bySession(name), all.recall(operator.principal), changes]).toEqual([undefined, undefined, 1]);
  });

  it('[ADMIN-SESSION] ends with another admin key, and not with the same', () => {
    const all = operators();
    all.change(hashed('one-key'));
    const { name } = all.open();
    const keyed = all.byKey('one-key');
    all.change(hashed('one-key'));
    expect(all.bySession(name)).toBeDefined();
    all.change(hashed('other-key'));
    expect(all.bySession(name)).toBeUndefined();
    expect([all.byKey('one-key'), all.recall(keyed?.principal ?? '')]).toEqual([undefined, undefined]);
    expect(all.byKey('other-key')?.via).toBe('key');
  });

  it('no key opens where none is set', () => {
    expect(operators().byKey('')).toBeUndefined();
  });
});
