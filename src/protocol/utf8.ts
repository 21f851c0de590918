/**
 * Well-formed UTF-8, for runtimes that have no check of their own.
 *
 * Source: RFC 3629 section 4 (no surrogates, no overlong forms, nothing above U+10FFFF).
 */

/** Whether the bytes are well-formed UTF-8. Linear, never throws. */
export function isUtf8(bytes: Uint8Array): boolean {
  const end = bytes.length;
  let at = 0;
  while (at < end) {
    at = skipAscii(bytes, at, end);
    if (at === end) return true;
    at = skipCharacter(bytes, at, end);
    if (at < 0) return false;
  }
  return true;
}

function skipAscii(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (; at + 8 <= end; at += 8) {
    const first = bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!;
    const second = bytes[at + 4]! | bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]!;
    if ((first | second) >= 0x80) break;
  }
  while (at < end && (bytes[at] as number) < 0x80) at++;
  return at;
}

/** Behind the character of several bytes at `from`, or -1 when it is malformed. */
function skipCharacter(bytes: Uint8Array, from: number, end: number): number {
  const lead = bytes[from] as number;
  const length = lengthOf(lead);
  if (length === 0 || from + length > end) return -1;
  const second = bytes[from + 1] as number;
  if (second < lowestSecond(lead) || second > highestSecond(lead)) return -1;
  for (let at = from + 2; at < from + length; at++) {
    if (((bytes[at] as number) & 0xc0) !== 0x80) return -1;
  }
  return from + length;
}

/** By the lead byte; 0 for one that can start nothing. C0 and C1 would be overlong, F5 and up too large. */
function lengthOf(lead: number): number {
  if (lead < 0xc2) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

/** E0 and F0 have overlong forms below. */
function lowestSecond(lead: number): number {
  if (lead === 0xe0) return 0xa0;
  return lead === 0xf0 ? 0x90 : 0x80;
}

/** Surrogates stand above ED 9F, U+110000 and more above F4 8F. */
function highestSecond(lead: number): number {
  if (lead === 0xed) return 0x9f;
  return lead === 0xf4 ? 0x8f : 0xbf;
}
