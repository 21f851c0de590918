/**
 * Which addresses are on the open internet: what the gateway was sent to by somebody else must not lead inside.
 *
 * Source: the IANA special-purpose address registries (RFC 6890), by ipaddr.js; RFC 4291 section 2.4 (global unicast
 * is 2000::/3); RFC 6052 (addresses of IPv4 within IPv6).
 */
import ipaddr from 'ipaddr.js';

/** What holds an address of IPv4 is as public as that is. */
const WELL_KNOWN_NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96');
/** Public by its number, and the inside of Azure: it gives out certificates and settings of the machine. */
const OF_A_CLOUD = '168.63.129.16';
const GLOBAL = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address is on the open internet; false for what is none: loopback, private and link-local networks,
 * those of the carrier, documentation, multicast, and all forms of IPv6 that lead to such.
 * @param address as the system tells it, with or without brackets and zone
 */
export function isPublicAddress(address: string): boolean {
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  if (!ipaddr.isValid(bare) || bare.includes('%')) return false;
  const parsed = ipaddr.parse(bare);
  if (parsed.kind() === 'ipv4') return isOpen(parsed as ipaddr.IPv4);
  const six = parsed as ipaddr.IPv6;
  if (six.isIPv4MappedAddress()) return isOpen(six.toIPv4Address());
  if (six.match(WELL_KNOWN_NAT64)) return isOpen(new ipaddr.IPv4(six.toByteArray().slice(12)));
  return six.match(GLOBAL) && six.range() === 'unicast';
}

function isOpen(four: ipaddr.IPv4): boolean {
  return four.range() === 'unicast' && four.toString() !== OF_A_CLOUD;
}

/** Whether the host of a URL, as `URL` has it, is an address and no name. */
export function isAddress(hostname: string): boolean {
  return hostname.startsWith('[') || ipaddr.IPv4.isIPv4(hostname);
}
