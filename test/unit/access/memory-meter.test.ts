import { describe, expect, it } from 'vitest';
import { addressKey } from '../../../src/access/address-key.ts';
import { MemoryMeter } from '../../../src/access/memory-meter.ts';
import { draw, limit, meterContract } from '../../contract/meter.ts';

meterContract({ create: () => new MemoryMeter() });

const START = 1_700_000_000_000;
const BY_ADDRESS = limit(1, { id: 'address.calls', scope: 'address' });

/** The nth of a million networks, 256 in each /48. */
const network = (n: number) => `2001:db8:${(n >> 8).toString(16)}:${(n & 255).toString(16)}`;

describe('[RATE-BOUNDED] buckets in memory', () => {
  it('are bounded under a million addresses, none of which gets a second burst', () => {
    const meter = new MemoryMeter({ buckets: 10_000 });
    const take = (of: string, now = START) => meter.take([draw(BY_ADDRESS, of)], now)?.isRefused === false;
    expect(take('2001:db8:ffff:1')).toBe(true);
    for (let n = 0; n < 1_000_000; n++) take(network(n));
    expect(meter.size).toBeLessThanOrEqual(11_001);
    // Neither the first nor one of those without a bucket of its own.
    for (const of of ['2001:db8:ffff:1', network(3), network(999_999)]) expect(take(of)).toBe(false);
  });

  it('are shared by a network where there is no room, so that strangers elsewhere are still served', () => {
    const meter = new MemoryMeter({ buckets: 100 });
    const take = (of: string) => meter.take([draw(BY_ADDRESS, of)], START)?.isRefused === false;
    for (let n = 0; n < 256; n++) take(network(n));
    expect(take('2001:db8:0:ffff')).toBe(false);
    expect(take('2001:db8:abcd:1')).toBe(true);
    expect(take('2001:db8:abcd:2')).toBe(false);
    expect([take('192.0.2.1'), take('192.0.2.2'), take('198.51.100.1')]).toEqual([true, false, true]);
  });

  it('make room once they are full again, and no sooner', () => {
    const meter = new MemoryMeter({ buckets: 100 });
    const take = (of: string, now: number) => meter.take([draw(BY_ADDRESS, of)], now)?.isRefused === false;
    for (let n = 0; n < 100; n++) take(network(n), START);
    for (let n = 100; n < 400; n++) take(network(n), START + 59_000);
    expect(take(network(0), START + 59_000)).toBe(false);
    for (let n = 0; n < 100; n++) take(network(n << 8), START + 61_000);
    expect(meter.size).toBeLessThanOrEqual(111);
    expect(take('2001:db8:0:77', START + 61_000)).toBe(false);
    const later = START + 125_000;
    expect([take('2001:db8:0:77', later), take('2001:db8:0:78', later)]).toEqual([true, true]);
  });
});

describe('[RATE-ADDRESS] an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('%s counts as %s', (address, key) => expect(addressKey(address)).toBe(key));
});
