/** Addresses and networks, beside what others make of them. */
import ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';
import { describe, expect, it } from 'vitest';
import { formatIp, isWithin, parseIp, parseRange } from '../../../src/access/ip.ts';

const KNOWN: readonly (readonly [string, string])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '::'],
  ['::1', '::1'],
  ['2001:DB8::1', '2001:db8::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['1:0:0:0:0:0:0:0', '1::'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
];

const NONE = [
  '',
  ' ',
  '1',
  '127.1',
  '0x7f.0.0.1',
  '0177.0.0.1',
  '127.0.0.01',
  '127.0.0.256',
  '127.0.0.1.',
  '127.0.0.1 ',
  '127.0.0.1.5',
  '2130706433',
  '::ffff:127.0.0.01',
  ':::',
  ':1',
  '1:',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::8',
  '::12345',
  '::g',
  '1.2.3.4::',
  '::1.2.3.4:5',
  'fe80::1%eth0',
  '[::1]',
  '١٢٧.0.0.1',
  '1'.repeat(1_000),
  ':'.repeat(40),
];

describe('an address', () => {
  it.each(KNOWN)('[WHERE-IP] %s is written %s', (text, canonical) => {
    expect(formatIp(parseIp(text) ?? [])).toBe(canonical);
  });

  it.each(NONE)('[WHERE-IP] %j is none', (text) => expect(parseIp(text)).toBeUndefined());

  it('[WHERE-IP] is read as others read it, whatever is made of it', () => {
    const random = seeded(7);
    let taken = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = mutated(random, random() < 0.5 ? someV4(random) : someV6(random));
      const ours = parseIp(text);
      if (isIP(text) === 0) expect([text, ours]).toEqual([text, undefined]);
      else {
        taken++;
        expect([text, ours]).toEqual([text, ipaddr.process(text).toByteArray()]);
        expect(parseIp(formatIp(ours ?? []))).toEqual(ours);
      }
    }
    expect(taken).toBeGreaterThan(5_000);
  });
});

describe('a network', () => {
  it('[WHERE-RANGES] has in it what others find in it', () => {
    const random = seeded(8);
    let within = 0;
    for (let round = 0; round < 20_000; round++) {
      const isV4 = random() < 0.5;
      const some = isV4 ? someV4(random) : someV6(random);
      const bits = Math.floor(random() * (isV4 ? 33 : 129));
      const network = ipaddr.process(some);
      // Near by: the first bytes are the same.
      const near = network
        .toByteArray()
        .map((byte, at) =>
          at * 8 < bits - 4 ? byte : byte ^ (random() < 0.6 ? 0 : 1 << Math.floor(random() * 8)),
        );
      const range = parseRange(
        `${formatIp(network.toByteArray())}/${Math.min(bits, network.toByteArray().length * 8)}`,
      );
      if (!range) throw new Error('No range.');
      const expected = ipaddr.fromByteArray(near).match([network, range.bits] as never);
      expect([some, bits, near, isWithin(near, range)]).toEqual([some, bits, near, expected]);
      if (expected) within++;
    }
    expect(within).toBeGreaterThan(2_000);
  });

  it.each([
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '::/129',
    '/8',
    '::ffff:10.0.0.0/95',
    'example.com',
  ])('[WHERE-RANGES] is none: %s', (text) => expect(parseRange(text)).toBeUndefined());

  it('[WHERE-RANGES] of IPv6 that holds IPv4 is one of IPv4', () => {
    expect(parseRange('::ffff:10.0.0.0/104')).toEqual({ ip: [10, 0, 0, 0], bits: 8 });
    expect(isWithin([10, 9, 9, 9], { ip: [10, 0, 0, 0], bits: 8 })).toBe(true);
    expect(
      isWithin(
        Array.from({ length: 16 }, () => 0),
        { ip: [0, 0, 0, 0], bits: 0 },
      ),
    ).toBe(false);
  });
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

function someV4(random: () => number): string {
  return Array.from({ length: 4 }, () => Math.floor(random() * 256)).join('.');
}

function someV6(random: () => number): string {
  const groups = Array.from({ length: 8 }, () => (random() < 0.4 ? 0 : Math.floor(random() * 65_536)));
  const from = Math.floor(random() * 8);
  const to = from + 1 + Math.floor(random() * (8 - from));
  const hex = groups.map((group) => group.toString(16));
  if (random() < 0.3) return `::ffff:${someV4(random)}`;
  return random() < 0.5 ? hex.join(':') : `${hex.slice(0, from).join(':')}::${hex.slice(to).join(':')}`;
}

const ALPHABET = '0123456789abcdefF:./%x ';

function mutated(random: () => number, text: string): string {
  if (random() < 0.6) return text;
  const at = Math.floor(random() * (text.length + 1));
  const put = ALPHABET[Math.floor(random() * ALPHABET.length)] ?? '';
  return text.slice(0, at) + put + text.slice(at + (random() < 0.5 ? 1 : 0));
}
