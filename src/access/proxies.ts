/**
 * What proxies in front of the gateway say of a request: from where it came, how, and to which host.
 *
 * Guarantees: nothing is believed unless the socket's other end is trusted; the way is followed back from its near end
 * and no further than the first address that is not trusted, so what a client wrote itself is never reached. What
 * cannot be followed gives the address of the socket, marked as not sure: whoever asks where somebody may come from
 * must not take it for the client's.
 *
 * Source: RFC 7239; `X-Forwarded-For`, `-Proto` and `-Host` as proxies write them.
 */
import type { RequestHead } from '../engine/ports.ts';
import { AddressSet, plainAddress } from './addresses.ts';
import { formatIp, parseIp } from './ip.ts';
import { isHost } from './origins.ts';

export interface Whence {
  /** The client's address, as far as it can be told; empty where the runtime does not tell. */
  readonly address: string;
  /** Whether that is the client's own: not where something in between says so in a way that cannot be followed. */
  readonly isSure: boolean;
  /** How the client called; undefined: as the request came. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** The host that the client called; undefined: the one that the request names. */
  readonly host?: string | undefined;
}

/** More proxies in a row than this are not followed. */
const MOST_HOPS = 16;
/** One hop as a proxy writes it: an address, and with `Forwarded` a name on either side of it. */
const LONGEST_HOP = 512;

export class Proxies {
  readonly #trusted: AddressSet;
  /** Many requests in a row come from one client through the same proxies. */
  #last: { readonly xff: string; readonly way: Way } | undefined;

  /** @param trusted as `AddressSet` takes them */
  constructor(trusted: readonly string[]) {
    this.#trusted = new AddressSet(trusted);
  }

  whence(peer: string, head: RequestHead): Whence {
    const address = plainAddress(peer);
    if (!this.#trusted.has(address)) return { address, isSure: true };
    const standard = head.header('forwarded');
    const own = head.header('x-forwarded-for');
    const byStandard = standard === undefined ? undefined : this.#follow(standard, hopOfStandard);
    const byOwn = own === undefined ? undefined : this.#followOwn(own);
    const client = byOwn ?? byStandard;
    // Of two accounts that differ, one may be the client's.
    const isSure = client?.address !== '' && (!byOwn || !byStandard || byOwn.address === byStandard.address);
    return {
      address: isSure ? (client?.address ?? address) : address,
      isSure,
      scheme: agreed(schemeOf(onlyOne(head.header('x-forwarded-proto'))), schemeOf(byStandard?.proto)),
      host: agreed(hostOf(onlyOne(head.header('x-forwarded-host'))), hostOf(byStandard?.host)),
    };
  }

  #followOwn(xff: string): Way {
    if (this.#last?.xff === xff) return this.#last.way;
    const way = this.#follow(xff, hopOfOwn);
    this.#last = { xff, way };
    return way;
  }

  /** From the right, as each proxy adds on the right. */
  #follow(list: string, read: (hop: string) => Way): Way {
    let end = list.length;
    let way = LOST;
    for (let hops = 0; end >= 0; hops++) {
      const start = hopStart(list, end);
      if (hops === MOST_HOPS || end - start > LONGEST_HOP) return LOST;
      way = read(list.slice(start, end).trim());
      if (way.address === '' || !this.#trusted.has(way.address)) return way;
      end = start - 1;
    }
    return way;
  }
}

/** What one hop says; an empty address where it cannot be read. */
interface Way {
  readonly address: string;
  readonly proto?: string | undefined;
  readonly host?: string | undefined;
}

const LOST: Way = { address: '' };

/**
 * Where the last element before `end` begins: behind the last comma that is in no quotes. Read backwards, so that
 * quotes which somebody left open further left do not matter.
 */
function hopStart(list: string, end: number): number {
  let isQuoted = false;
  for (let at = end - 1; at >= 0; at--) {
    const code = list.charCodeAt(at);
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (code === COMMA && !isQuoted) return at + 1;
    if (end - at > LONGEST_HOP) return at;
  }
  return 0;
}

const QUOTE = 0x22;
const COMMA = 0x2c;

function hopOfOwn(hop: string): Way {
  return { address: addressOf(hop) };
}

/** Names and values of one element; no value of use has anything to escape. */
const PAIR = /^\s*([\w!#$%&'*+.^`|~-]+)=(?:"([^"\\]*)"|([\w!#$%&'*+.^`|~:-]+))\s*$/;

function hopOfStandard(hop: string): Way {
  const found = new Map<string, string>();
  for (const part of hop.split(';')) {
    const pair = PAIR.exec(part);
    const name = pair?.[1]?.toLowerCase();
    if (!pair || name === undefined || found.has(name)) return LOST;
    found.set(name, pair[2] ?? pair[3] ?? '');
  }
  return { address: addressOf(found.get('for') ?? ''), proto: found.get('proto'), host: found.get('host') };
}

/** An address with or without a port, IPv6 with or without brackets; what else stands there is no address. */
const WITH_PORT = /^(?:\[([\da-fA-F:.]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/;

function addressOf(node: string): string {
  const match = WITH_PORT.exec(node);
  const ip = parseIp(match?.[1] ?? match?.[2] ?? node);
  // Brackets are for IPv6 alone.
  if (!ip || (match?.[1] !== undefined && !match[1].includes(':'))) return '';
  return formatIp(ip);
}

/** Proxies in a row that say the same say one thing. */
function onlyOne(list: string | undefined): string | undefined {
  if (list === undefined || !list.includes(',')) return list;
  const [first, ...others] = list.split(',', MOST_HOPS + 1).map((each) => each.trim());
  return others.every((other) => other === first) ? first : undefined;
}

function schemeOf(proto: string | undefined): 'http' | 'https' | undefined {
  const lower = proto?.toLowerCase();
  return lower === 'https' || lower === 'http' ? lower : undefined;
}

function hostOf(host: string | undefined): string | undefined {
  return host !== undefined && isHost(host) ? host : undefined;
}

function agreed<T>(one: T | undefined, other: T | undefined): T | undefined {
  if (one === undefined) return other;
  return other === undefined || one === other ? one : undefined;
}
