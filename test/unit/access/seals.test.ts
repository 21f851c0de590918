import { describe, expect, it } from 'vitest';
import { MOST_STATE_BYTES, Seals } from '../../../src/access/seals.ts';
import { bytesOf, textOf } from '../engine/wire.ts';
import { dice } from './dice.ts';

const HEX = '0123456789abcdef'.repeat(4);
const key = (id: string, secret = HEX) => ({ id, secret });
const sealsWith = (...ids: string[]) =>
  new Seals({ keys: ids.map((id, at) => key(id, HEX.slice(at) + HEX.slice(0, at))) }, dice().bytes);
const open = (seals: Seals, text: string, context = 'a') => {
  const state = seals.open(text, context);
  return state && textOf(state);
};

describe('a sealed state', () => {
  it.each([0, 1, 2, 3, 4, 255, 4_096, MOST_STATE_BYTES])(
    '[SEAL-ROUND] of %i bytes opens as it was',
    (length) => {
      const seals = sealsWith('a');
      const state = dice(length).bytes(length);
      for (const context of ['', 'ann\ntools/call', '\ud800', 'ä'.repeat(1_000)])
        expect(seals.open(seals.seal(state, context), context)).toEqual(state);
    },
  );

  it('[SEAL-ROUND] is another text each time, fit for URLs and JSON', () => {
    const seals = sealsWith('a');
    const texts = Array.from({ length: 1_000 }, () => seals.seal(bytesOf('same'), 'a'));
    expect(new Set(texts).size).toBe(1_000);
    for (const text of texts) expect(text).toMatch(/^1\.a\.[A-Za-z0-9_-]+$/);
  });

  it('[SEAL-HIDDEN] shows nothing of what is in it', () => {
    const text = sealsWith('a').seal(bytesOf('a plain secret'.repeat(10)), 'of the principal ann');
    const raw = Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('latin1');
    for (const word of ['plain', 'secret', 'ann', 'principal']) expect(text + raw).not.toContain(word);
  });

  it('[SEAL-CONTEXT] opens for its context only', () => {
    const seals = sealsWith('a');
    const text = seals.seal(bytesOf('x'), 'ann');
    for (const other of ['', 'ben', 'ann ', 'anna', 'ann\0', 'Ann', '["ann"]', 'a","ann']) {
      expect(open(seals, text, other)).toBeUndefined();
    }
    const surrogate = seals.seal(bytesOf('x'), '\ud800');
    expect(open(seals, surrogate, '\ud801')).toBeUndefined();
    expect(open(seals, surrogate, '\ufffd')).toBeUndefined();
    expect(open(seals, text, 'ann')).toBe('x');
  });

  it('[SEAL-BOUNDED] has a largest size', () => {
    const seals = sealsWith('a');
    expect(() => seals.seal(new Uint8Array(MOST_STATE_BYTES + 1), 'a')).toThrow(RangeError);
    const id = 'x'.repeat(32);
    const longest = sealsWith(id).seal(new Uint8Array(MOST_STATE_BYTES), 'a');
    expect(longest.length).toBeLessThan(90_000);
    expect(sealsWith(id).open(longest, 'a')).toHaveLength(MOST_STATE_BYTES);
    expect(seals.open(`1.a.${'A'.repeat(100_000_000)}`, 'a')).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    7,
    {},
    [],
    '',
    '.',
    '..',
    '1.a',
    '1.a.',
    '1..',
    '1.__proto__.AAAA',
    '\ud800',
    '1.a.\u00e9',
  ])('[SEAL-FORGED] is none of %j, and saying so throws nothing', (text) => {
    expect(sealsWith('a').open(text as string, 'a')).toBeUndefined();
  });
});

describe('keys', () => {
  it('[SEAL-ROTATED] seal by turns, and open as long as they are there', () => {
    const seals = new Seals({ keys: [key('old')] }, dice().bytes);
    const old = seals.seal(bytesOf('x'), 'a');
    const fresh = HEX.slice(3) + HEX.slice(0, 3);
    seals.change({ keys: [key('new', fresh), key('old')] });
    const next = seals.seal(bytesOf('y'), 'a');
    expect(next).toMatch(/^1\.new\./);
    expect([open(seals, old), open(seals, next)]).toEqual(['x', 'y']);
    seals.change({ keys: [key('new', fresh)] });
    expect([open(seals, old), open(seals, next)]).toEqual([undefined, 'y']);
    seals.change({ keys: [key('old', fresh)] });
    expect(open(seals, old)).toBeUndefined();
  });

  it('[SEAL-ROTATED] are the same on every node that has them', () => {
    const [one, two] = [
      new Seals({ keys: [key('k')] }, dice(1).bytes),
      new Seals({ keys: [key('k')] }, dice(2).bytes),
    ];
    expect(open(two, one.seal(bytesOf('x'), 'a'))).toBe('x');
  });

  it('[SEAL-OWN-KEY] are random where none is configured, and stay as long as the process', () => {
    const [one, two] = [new Seals({}, dice(1).bytes), new Seals({ keys: [] }, dice(2).bytes)];
    const text = one.seal(bytesOf('x'), 'a');
    expect([open(one, text), open(two, text)]).toEqual(['x', undefined]);
    one.change({});
    expect(open(one, text)).toBe('x');
    one.change({ keys: [key('k')] });
    expect(open(one, text)).toBeUndefined();
  });
});
