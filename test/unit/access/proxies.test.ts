/** What is believed of what proxies say. */
import { describe, expect, it } from 'vitest';
import {
  AddressSet,
  addressFault,
  blockOf,
  plainAddress,
  proxyFault,
} from '../../../src/access/addresses.ts';
import { Proxies } from '../../../src/access/proxies.ts';

const PROXY = '10.0.0.1';

const whence = (headers: Readonly<Record<string, string>>, peer = PROXY, trusted = ['10.0.0.0/8']) =>
  new Proxies(trusted).whence(peer, { method: 'GET', path: '/', query: '', header: (name) => headers[name] });

const from = (xff: string) => whence({ 'x-forwarded-for': xff });
const by = (forwarded: string) => whence({ forwarded });

describe('a peer that is not trusted', () => {
  const lies = {
    'x-forwarded-for': '192.0.2.7',
    forwarded: 'for=192.0.2.7;proto=https;host=evil.example',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
  };

  it.each(['203.0.113.9', '11.0.0.1', '::1', '', 'unix', '2001:db8::a00:1'])(
    '[WHERE-TRUST-NOBODY] %j is not listened to',
    (peer) => expect(whence(lies, peer)).toEqual({ address: peer, isSure: true }),
  );

  it('[WHERE-TRUST-NOBODY] is known in one spelling', () => {
    expect(whence(lies, '::ffff:203.0.113.9').address).toBe('203.0.113.9');
    expect(plainAddress('::ffff:c000:201')).toBe('::ffff:c000:201');
  });
});

describe('the way through trusted proxies', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['2001:DB8::9', '2001:db8::9'],
    ['[2001:db8::9]', '2001:db8::9'],
    ['[2001:db8::9]:443', '2001:db8::9'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['203.0.113.9, 10.1.1.1, 10.2.2.2', '203.0.113.9'],
    ['192.0.2.7, 203.0.113.9,10.2.2.2', '203.0.113.9'],
    ['garbage, "open, 127.0.0.1, 203.0.113.9', '203.0.113.9'],
    [`${'192.0.2.7, '.repeat(5_000)}203.0.113.9`, '203.0.113.9'],
    ['10.3.3.3, 10.2.2.2', '10.3.3.3'],
  ])('[WHERE-WALK] of X-Forwarded-For: %.60s', (xff, address) => {
    expect(from(xff)).toMatchObject({ address, isSure: true });
  });

  it.each([
    ['for=203.0.113.9', '203.0.113.9'],
    ['For="203.0.113.9:4711";Proto=https', '203.0.113.9'],
    ['for="[2001:db8:cafe::17]:4711"', '2001:db8:cafe::17'],
    ['for="[2001:db8:cafe::17]" ; by=203.0.113.43', '2001:db8:cafe::17'],
    ['for=192.0.2.7, for=203.0.113.9, for=10.2.2.2', '203.0.113.9'],
    ['for=", for=203.0.113.9', '203.0.113.9'],
    ['for="\\", for=203.0.113.9', '203.0.113.9'],
    ['for="a,b", for=203.0.113.9;host="h"', '203.0.113.9'],
  ])('[WHERE-WALK] of Forwarded: %s', (forwarded, address) => {
    expect(by(forwarded)).toMatchObject({ address, isSure: true });
  });

  it('[WHERE-WALK] is told in both ways alike', () => {
    const told = { 'x-forwarded-for': '192.0.2.7, 203.0.113.9', forwarded: 'for=203.0.113.9' };
    expect(whence(told)).toMatchObject({ address: '203.0.113.9', isSure: true });
  });

  it('[WHERE-WALK] is the proxy itself where it names nobody', () => {
    expect(whence({})).toEqual({ address: PROXY, isSure: true, scheme: undefined, host: undefined });
  });

  it('[WHERE-WALK] leads through the file system', () => {
    expect(whence({ 'x-forwarded-for': '203.0.113.9' }, 'unix', ['unix']).address).toBe('203.0.113.9');
    expect(whence({ 'x-forwarded-for': '203.0.113.9' }, '', ['unix', 'loopback']).address).toBe('');
  });
});

describe('a way that cannot be followed', () => {
  it.each([
    '',
    ' ',
    ',',
    'unknown',
    '_hidden',
    '203.0.113.9,',
    '203.0.113.9, , 10.1.1.1',
    '203.0.113.9 10.1.1.1',
    '203.0.113.256',
    '203.0.113.9:',
    '203.0.113.9:x',
    '203.0.113.9:123456',
    '[203.0.113.9]',
    '[2001:db8::9',
    '2001:db8::9]',
    '0177.0.0.1',
    '127.1',
    '"203.0.113.9"',
    'fe80::1%eth0',
    'x'.repeat(100_000),
    '10.1.1.1, '.repeat(40) + '10.1.1.1',
  ])('[WHERE-BROKEN-WAY] of X-Forwarded-For: %.40s', (xff) => {
    expect(from(xff)).toMatchObject({ address: PROXY, isSure: false });
  });

  it.each([
    '',
    'for',
    'for=',
    'for=unknown',
    'for=_secret',
    'for=203.0.113.9;for=192.0.2.7',
    'for="203.0.113.9',
    'for="203\\.0.113.9"',
    'for=203.0.113.9;;proto=https',
    'by=203.0.113.9',
    'for =203.0.113.9',
    `for=203.0.113.9;x="${'y'.repeat(1_000)}"`,
  ])('[WHERE-BROKEN-WAY] of Forwarded: %.40s', (forwarded) => {
    expect(by(forwarded)).toMatchObject({ address: PROXY, isSure: false });
  });

  it('[WHERE-BROKEN-WAY] as two accounts of it differ', () => {
    const told = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=192.0.2.7' };
    expect(whence(told)).toMatchObject({ address: PROXY, isSure: false });
    expect(whence({ ...told, forwarded: 'x' })).toMatchObject({ address: PROXY, isSure: false });
  });
});

describe('how a client called', () => {
  it.each([
    [{ 'x-forwarded-proto': 'https', 'x-forwarded-host': 'mcp.example.com' }, 'https', 'mcp.example.com'],
    [{ 'x-forwarded-proto': 'HTTPS, https' }, undefined, undefined],
    [{ 'x-forwarded-proto': 'https, https' }, 'https', undefined],
    [{ 'x-forwarded-proto': 'https, http' }, undefined, undefined],
    [{ 'x-forwarded-proto': 'javascript' }, undefined, undefined],
    [{ 'x-forwarded-host': 'evil.example/path' }, undefined, undefined],
    [{ 'x-forwarded-host': 'user@evil.example' }, undefined, undefined],
    [{ 'x-forwarded-host': 'a.example, b.example' }, undefined, undefined],
    [
      { forwarded: 'for=203.0.113.9;proto=https;host="mcp.example.com:8443"' },
      'https',
      'mcp.example.com:8443',
    ],
    [{ forwarded: 'for=1.2.3.4;proto=http, for=203.0.113.9;proto=https' }, 'https', undefined],
    [{ forwarded: 'for=203.0.113.9;proto=https', 'x-forwarded-proto': 'http' }, undefined, undefined],
  ])('[WHERE-CALLED-AS] %j', (headers, scheme, host) => {
    expect(whence(headers as Record<string, string>)).toMatchObject({ scheme, host });
  });
});

describe('lists of networks', () => {
  it('[WHERE-RANGES] know names for those of a machine and of a house', () => {
    const set = new AddressSet(['loopback', 'uniquelocal', 'linklocal', '2001:db8::/32']);
    const inside = [
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '10.0.0.1',
      '172.31.0.1',
      '192.168.1.1',
      'fd00::1',
      'fe80::1%eth0',
      '169.254.0.1',
      '2001:db8::5',
      '::ffff:10.0.0.1',
    ];
    const outside = [
      '128.0.0.1',
      '172.32.0.1',
      '11.0.0.1',
      '::2',
      '2001:db9::5',
      '',
      'unix',
      'localhost',
      '10.0.0',
      'loopback',
    ];
    expect(inside.filter((address) => !set.has(address))).toEqual([]);
    expect(outside.filter((address) => set.has(address))).toEqual([]);
  });

  it('[WHERE-RANGES] say what is wrong with an entry', () => {
    for (const entry of ['10.0.0.0/8', '::1', 'loopback', 'unix'])
      expect(addressFault(entry)).toBeUndefined();
    for (const entry of ['', '*', '10.0.0.0/99', 'example.com', 'toString'])
      expect(addressFault(entry)).toMatch(/^must be/);
    for (const entry of ['0.0.0.0/0', '::/0', '10.0.0.0/0'])
      expect(proxyFault(entry)).toMatch(/^must not be every/);
  });

  it('[WHERE-IP] are counted by what one client has', () => {
    expect(blockOf('203.0.113.9')).toBe('203.0.113.9');
    expect(blockOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2::/64');
    expect(blockOf('2001:db8:1:2::')).toBe(blockOf('2001:db8:1:2:ffff::1'));
    expect(blockOf('unix')).toBe('unix');
  });
});
