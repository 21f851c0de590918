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

export const tls = area('TLS', 'PROMISE from where', [
  [
    'SERVES',
    'With files of a certificate, https and wss are served on every transport, and nothing in the clear.',
  ],
  ['STREAMS', 'Over TLS large answers and many small ones arrive whole and in order.'],
  [
    'SLOW',
    'A slow reader over TLS costs its cap, gets everything when it goes on, and is cut off when it does not.',
  ],
  ['PINGS', 'A WebSocket over TLS that is only pinged stays open.'],
  ['VERSIONS', 'Nothing below TLS 1.2 is spoken, and no handshake is begun anew.', 'RFC 8996, RFC 9325'],
  ['UNSHAKEN', 'A peer that does not finish its handshake is cut off, and does not hold up the end.'],
  [
    'MUTUAL',
    'Where an authority is named, who shows no certificate of it is refused in the handshake, unless they are optional.',
  ],
  ['FILES', 'What is wrong with the files is told in one sentence, with its place; nothing of a key is.'],
  ['EXPIRED', 'A certificate that ran out is used with a warning.'],
  ['RENEW', 'Files that changed are taken over without a restart; what is open stays; broken ones are not.'],
  ['CLEAR', 'The log warns once where keys travel in the clear to an address wider than loopback.'],
  ['BOUND-KEY', 'A key that goes with a certificate is good with that one alone, and so are its tickets.'],
  ['URL', 'The address that is told says https over TLS.'],
]);

export const fromPages = area('WHERE', 'PROMISE from where', [
  [
    'PAGES',
    'No route of any kind serves a page of a foreign origin, `null` or a look-alike, nor answers its preflight.',
    'WHATWG Fetch',
  ],
  [
    'REBINDING',
    'No route serves a host that is not ours, nor what is no host even where all are allowed.',
    'RFC 9110 section 7.2',
  ],
  [
    'NAMELESS',
    'A page of another origin that calls without saying which is refused; people may follow links.',
    'W3C Fetch Metadata',
  ],
  [
    'LOCAL-PAGES',
    'Pages of this machine may call without being listed, unless the gateway is one that others reach without a key.',
  ],
  [
    'CORS',
    'Answers that depend on the origin say so, name an allowed one, and never `*` or credentials.',
    'WHATWG Fetch',
  ],
  ['HEADERS', 'What the gateway says itself is kept by no cache and taken for nothing but JSON.'],
  [
    'ONE-HOST',
    'Requests with two hosts, with another in their target, or without any are refused.',
    'RFC 9112 section 3.2',
  ],
]);

export const ticketOrigins = area('TICKET', 'PROMISE browser clients', [
  [
    'ORIGIN',
    'A ticket is good for the page that asked for it alone, or, where no page did, for whom it is handed to.',
  ],
  ['REFERRER', 'Answers to a ticket let no page tell its address to others.'],
  ['LATEST', 'A ticket opens what its holder may open now.'],
]);
