/** From where a request comes: proxies, addresses, pages. */
import { area } from './row.ts';

export const where = area('WHERE', 'PROMISE from where', [
  [
    'IP',
    'An address has one spelling: IPv6 that holds IPv4 is that, and octal, short and zoned forms are none.',
    'RFC 4291, RFC 5952, RFC 6943',
  ],
  ['RANGES', 'Networks are matched by their bits, as other readers of them do.', 'RFC 4632'],
  [
    'TRUST-NOBODY',
    'Unless a proxy is trusted, nothing that a request says of its address, scheme or host counts.',
  ],
  [
    'WALK',
    'Behind trusted proxies the client is the first address from the right that is not trusted, whatever stands left of it.',
    'RFC 7239',
  ],
  [
    'BROKEN-WAY',
    'Of a way that is malformed, too long, or told in two ways, nothing is believed: the address is that of the socket.',
  ],
  [
    'CALLED-AS',
    'What clients are told has the scheme and the host that they called, where a trusted proxy says so.',
  ],
  ['PROXIED-HOST', 'Behind a trusted proxy both the host it names and the one it sends must be allowed.'],
  [
    'ADDRESSES',
    'From outside `allowedAddresses` whoever calls is answered as one without a key, whatever it shows.',
  ],
  ['NOT-SURE', 'Where the way of a request cannot be followed, it is outside of every list of addresses.'],
  [
    'NO-ORACLE',
    'From outside, no route tells a right key from a wrong one, nor a ticket, nor what projects there are.',
  ],
]);
