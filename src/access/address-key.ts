/** Under which name an address is counted: IPv6 by its network (RFC 6177: who has one address has 2^64 of them). */

/** The /64 of an IPv6 address; an IPv4 address as it is, also where it is written as IPv6. */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const known = seen.get(address);
  if (known !== undefined) return known;
  if (seen.size >= MOST_SEEN) seen.clear();
  const key = groupsOf(address).slice(0, 4).join(':');
  seen.set(address, key);
  return key;
}

/** A wider network around what `addressKey` gave: the /48 of IPv6, the /16 of IPv4. */
export function widerThan(key: string): string {
  return key.includes(':') ? key.slice(0, key.lastIndexOf(':')) : key.split('.', 2).join('.');
}

/** The eight groups; those left out by `::` are 0. What is no address comes out in some form, and always the same. */
function groupsOf(address: string): string[] {
  const [bare = ''] = address.toLowerCase().split('%', 1);
  const [head = '', tail] = bare.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  return groups.map((group) => group.replace(/^0+(?=.)/, ''));
}

/** Who comes once comes again. */
const seen = new Map<string, string>();
const MOST_SEEN = 1_000;
