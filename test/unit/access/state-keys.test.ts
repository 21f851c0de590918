import { describe, expect, it } from 'vitest';
import { MOST_STATE_KEYS, stateKeyFault, stateKeyOf } from '../../../src/access/state-keys.ts';

const HEX = '0123456789abcdef'.repeat(4);
const RANDOM = Buffer.from(HEX, 'hex');
const PHRASE = 'correct-horse-battery-staple-and-more-of-it';

/** How long it takes, in ms. */
const msOf = (work: () => unknown) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};

describe('a secret', () => {
  it('[SEAL-SECRETS] of random bytes is the same key in hex and in base64 of either kind', () => {
    const bytes = Buffer.from('fbff3e0b7e2b0f6a5d4c3b2a190807f6e5d4c3b2a1908f7e6d5c4b3a29180706', 'hex');
    const texts = ['hex', 'base64', 'base64url'] as const;
    const keys = texts.map((form) => stateKeyOf({ id: 'a', secret: bytes.toString(form) }).key);
    expect(keys[0]).toHaveLength(32);
    expect(keys[1]).toEqual(keys[0]);
    expect(keys[2]).toEqual(keys[0]);
    expect(keys[0]).not.toEqual(new Uint8Array(bytes));
    expect(stateKeyOf({ id: 'b', secret: bytes.toString('hex') }).key).not.toEqual(keys[0]);
  });

  it('[SEAL-SECRETS] of words is stretched, dashes or not', () => {
    const quick = msOf(() => stateKeyOf({ id: 'a', secret: HEX }));
    for (const secret of [PHRASE, PHRASE.replaceAll('-', ' '), PHRASE.replaceAll('-', '')]) {
      expect(stateKeyFault([{ id: 'a', secret }])).toBeUndefined();
      expect(msOf(() => stateKeyOf({ id: 'a', secret }))).toBeGreaterThan(quick + 20);
    }
    const composed = stateKeyOf({ id: 'a', secret: `${PHRASE} \u00e4` }).key;
    expect(stateKeyOf({ id: 'a', secret: `${PHRASE} a\u0308` }).key).toEqual(composed);
  });

  it.each([
    '',
    'hunter2',
    'x'.repeat(64),
    '0'.repeat(64),
    'Aa1'.repeat(20),
    'ab'.repeat(200),
    PHRASE.repeat(30),
  ])('[SEAL-SECRETS] is refused when it is weak or endless: %.30s', (secret) => {
    const fault = stateKeyFault([{ id: 'a', secret }]);
    expect(fault?.message).toContain('openssl rand -base64 32');
    if (secret !== '') expect(fault?.message.includes(secret)).toBe(false);
  });

  it.each([HEX, RANDOM.toString('base64'), RANDOM.toString('hex').toUpperCase(), PHRASE])(
    'is fit: %.20s',
    (secret) => {
      expect(stateKeyFault([{ id: 'a', secret }])).toBeUndefined();
    },
  );
});

describe('a list of keys', () => {
  it.each(['', 'a b', 'a.b', 'ä', 'x'.repeat(33)])('takes no id like %j', (id) => {
    expect(stateKeyFault([{ id, secret: HEX }])).toEqual({
      index: 0,
      message: expect.stringContaining('id of 1 to 32'),
    });
  });

  it('names each key once', () => {
    const keys = ['a', 'b', 'a'].map((id) => ({ id, secret: HEX }));
    expect(stateKeyFault(keys)).toEqual({
      index: 2,
      message: 'has the id "a" of another key; choose another',
    });
  });

  it('[SEAL-BOUNDED] has an end', () => {
    const keys = Array.from({ length: MOST_STATE_KEYS + 1 }, (_, at) => ({ id: `k${at}`, secret: HEX }));
    expect(stateKeyFault(keys.slice(1))).toBeUndefined();
    expect(stateKeyFault(keys)?.index).toBe(MOST_STATE_KEYS);
  });
});
