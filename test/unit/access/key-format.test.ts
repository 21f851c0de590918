import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { formatKey, isFormattedKey, KEY_BYTES } from '../../../src/access/key-format.ts';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function numberOf(digits: string): bigint {
  return Array.from(digits).reduce((value, digit) => value * 62n + BigInt(DIGITS.indexOf(digit)), 0n);
}

it('[KEY-FORMAT] is `slc_`, 192 random bits of which none is lost, and their CRC-32', () => {
  const seen = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const random = round === 0 ? new Uint8Array(KEY_BYTES) : randomBytes(KEY_BYTES);
    if (round === 1) random.fill(255);
    const key = formatKey(random);
    const [, body = '', check = ''] = /^slc_([0-9A-Za-z]{33})([0-9A-Za-z]{6})$/.exec(key) ?? [];
    expect(numberOf(body)).toBe(BigInt(`0x${Buffer.from(random).toString('hex')}`));
    expect(numberOf(check)).toBe(BigInt(crc32(`slc_${body}`)));
    expect(isFormattedKey(key)).toBe(true);
    seen.add(key);
  }
  expect(seen.size).toBe(200);
  expect(() => formatKey(new Uint8Array(16))).toThrow(RangeError);
});

it('[KEY-FORMAT] no text that differs in one character, in length or in two swapped characters has it', () => {
  const key = formatKey(randomBytes(KEY_BYTES));
  const others = [`${key}0`, key.slice(0, -1), ` ${key}`, `${key}\n`, key.toUpperCase(), key.slice(4), ''];
  for (let at = 0; at < key.length; at++) {
    for (const digit of `${DIGITS}_-=é`) others.push(key.slice(0, at) + digit + key.slice(at + 1));
    const [a = '', b = ''] = key.slice(at, at + 2);
    others.push(key.slice(0, at) + b + a + key.slice(at + 2));
  }
  expect(others.filter((other) => other !== key && isFormattedKey(other))).toEqual([]);
});
