/**
 * Addresses of IP, as their bytes: 4, or 16. One that holds an IPv4 address (`::ffff:192.0.2.1`) is that IPv4 address.
 *
 * Strict: no leading zeros, no `127.1`, no zone. Source: RFC 4291 section 2.2, RFC 5952, RFC 6943 section 3.1.1.
 */
export type Ip = readonly number[];

/** Longer texts are no addresses: eight groups, the last two of them as IPv4. */
const LONGEST = 45;
const PART = /^(?:0|[1-9]\d{0,2})$/;
const GROUP = /^[\da-fA-F]{1,4}$/;
const GROUPS = 8;

/** Undefined for what is no address. */
export function parseIp(text: string): Ip | undefined {
  if (text.length > LONGEST) return undefined;
  const ip = text.includes(':') ? parseV6(text) : parseV4(text);
  return ip?.length === 16 && isMapped(ip) ? ip.slice(12) : ip;
}

function parseV4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const bytes = parts.map((part) => (PART.test(part) ? Number(part) : 256));
  return bytes.every((byte) => byte < 256) ? bytes : undefined;
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] as string, halves.length === 1);
  const tail = halves.length === 1 ? [] : groupsOf(halves[1] as string, true);
  if (!head || !tail) return undefined;
  const missing = GROUPS - head.length - tail.length;
  // `::` stands for one group at least.
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return groups.flatMap((group) => [group >> 8, group & 0xff]);
}

/** @param mayEndInV4 whether the last of them may be an IPv4 address */
function groupsOf(text: string, mayEndInV4: boolean): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    const v4 = mayEndInV4 && index === parts.length - 1 && part.includes('.') ? parseV4(part) : undefined;
    if (v4)
      groups.push(((v4[0] as number) << 8) | (v4[1] as number), ((v4[2] as number) << 8) | (v4[3] as number));
    else if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function isMapped(ip: Ip): boolean {
  return ip[10] === 0xff && ip[11] === 0xff && ip.slice(0, 10).every((byte) => byte === 0);
}

/** The one way to write it (RFC 5952). */
export function formatIp(ip: Ip): string {
  if (ip.length === 4) return ip.join('.');
  const groups = Array.from({ length: GROUPS }, (_, at) =>
    (((ip[2 * at] as number) << 8) | (ip[2 * at + 1] as number)).toString(16),
  );
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let at = 0; at <= groups.length; at++) {
    if (groups[at] === '0') continue;
    if (at - start > best.length) best = { start, length: at - start };
    start = at + 1;
  }
  return best;
}

/** A network: an address, and how many of its first bits count. */
export interface IpRange {
  readonly ip: Ip;
  readonly bits: number;
}

/** `192.0.2.0/24`, or one address. Undefined for what is neither. */
export function parseRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const written = slash < 0 ? text : text.slice(0, slash);
  const ip = parseIp(written);
  if (!ip) return undefined;
  if (slash < 0) return { ip, bits: ip.length * 8 };
  const given = text.slice(slash + 1);
  if (!PART.test(given)) return undefined;
  // Of an IPv6 address that holds an IPv4 one, the bits before that one are left away.
  const bits = Number(given) - (ip.length === 4 && written.includes(':') ? 96 : 0);
  return bits >= 0 && bits <= ip.length * 8 ? { ip, bits } : undefined;
}

export function isWithin(ip: Ip, { ip: network, bits }: IpRange): boolean {
  if (ip.length !== network.length) return false;
  const whole = bits >> 3;
  for (let at = 0; at < whole; at++) if (ip[at] !== network[at]) return false;
  const rest = 8 - (bits & 7);
  return rest === 8 || (ip[whole] as number) >> rest === (network[whole] as number) >> rest;
}
