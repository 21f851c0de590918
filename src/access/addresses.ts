/** Addresses of clients: one spelling of each, and lists of those that something is allowed to. */
import { formatIp, isWithin, type IpRange, parseIp, parseRange } from './ip.ts';

/** What a peer is called that came through a socket of the file system. */
export const UNIX = 'unix';

/** Names for networks, as operators know them from Express. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** What is wrong with one entry of a list, beginning with "must"; undefined when nothing is. */
export function addressFault(entry: string): string | undefined {
  if (entry === UNIX || Object.hasOwn(NAMED, entry) || parseRange(entry)) return undefined;
  return 'must be an address or a network like "10.0.0.0/8", or one of "loopback", "linklocal", "uniquelocal", "unix"';
}

/** The same of a proxy: to trust everybody is to let everybody choose an address. */
export function proxyFault(entry: string): string | undefined {
  const isAll = parseRange(entry)?.bits === 0;
  return isAll
    ? 'must not be every address: then anybody could choose where it calls from'
    : addressFault(entry);
}

export class AddressSet {
  readonly #ranges: readonly IpRange[];
  readonly #hasUnix: boolean;
  /** The next request most often comes from where the one before came from. */
  #last: string | undefined;
  #lastVerdict = false;

  /** @param entries of which `addressFault` has nothing to say; others count for nothing */
  constructor(entries: readonly string[]) {
    this.#hasUnix = entries.includes(UNIX);
    this.#ranges = entries.flatMap((entry) =>
      (NAMED[entry] ?? [entry]).flatMap((text) => parseRange(text) ?? []),
    );
  }

  /** @param address in any spelling; what is none is in no set */
  has(address: string): boolean {
    if (address === this.#last) return this.#lastVerdict;
    this.#last = address;
    this.#lastVerdict = this.#judge(address);
    return this.#lastVerdict;
  }

  #judge(address: string): boolean {
    if (address === UNIX) return this.#hasUnix;
    const ip = parseIp(withoutZone(address));
    return ip !== undefined && this.#ranges.some((range) => isWithin(ip, range));
  }
}

/** What a runtime tells of a socket, in the spelling in which that address is known elsewhere, too. */
export function plainAddress(peer: string): string {
  return peer.startsWith('::ffff:') && peer.includes('.') ? peer.slice('::ffff:'.length) : peer;
}

/** The interface behind an address of the link (`fe80::1%eth0`) is no part of the address. */
function withoutZone(address: string): string {
  const zone = address.indexOf('%');
  return zone < 0 ? address : address.slice(0, zone);
}

/**
 * What an address is counted under: an IPv4 address by itself, one of IPv6 by its /64, as whoever has one address
 * there has them all.
 */
export function blockOf(address: string): string {
  if (!address.includes(':')) return address;
  const ip = parseIp(withoutZone(address));
  return ip?.length === 16 ? `${formatIp([...ip.slice(0, 8), 0, 0, 0, 0, 0, 0, 0, 0])}/64` : address;
}
