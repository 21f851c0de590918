/**
 * Makes strings of JSON strings that were checked before.
 *
 * Source: RFC 8259 section 7 and 8.2.
 */
import { BACKSLASH } from './text.ts';

/** Up to this length a string is decoded here, without the price of a decoder. */
const SHORT = 64;
const LOWER_U = 0x75;

// A byte order mark is a character here like any other: "\ufeffid" is not "id".
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The text of a checked JSON string, its escapes decoded. `start` is the offset behind the opening quote and
 * `end` that of the closing one. Lone surrogates survive; bytes that are not UTF-8 become U+FFFD.
 */
export function decodeString(bytes: Uint8Array, start: number, end: number): string {
  const text = end - start <= SHORT ? decodeShort(bytes, start, end) : undefined;
  return text ?? decodeLong(bytes, start, end);
}

/** Undefined when there is anything but ASCII in it; escapes may stand for anything. */
function decodeShort(bytes: Uint8Array, start: number, end: number): string | undefined {
  const units: number[] = [];
  for (let at = start; at < end; at++) {
    const c = bytes[at] as number;
    if (c >= 0x80) return undefined;
    if (c !== BACKSLASH) {
      units.push(c);
    } else if (bytes[++at] === LOWER_U) {
      units.push(unitAt(bytes, at + 1));
      at += 4;
    } else {
      units.push(MEANS[bytes[at] as number] as number);
    }
  }
  return String.fromCharCode.apply(null, units);
}

/** What the byte behind a backslash means: itself, or a control character. */
const MEANS = new Uint8Array(128).map((_, c) => c);
MEANS[0x62] = 0x08;
MEANS[0x66] = 0x0c;
MEANS[0x6e] = 0x0a;
MEANS[0x72] = 0x0d;
MEANS[0x74] = 0x09;

/** The four hex digits from an offset on. */
function unitAt(bytes: Uint8Array, from: number): number {
  let unit = 0;
  for (let at = from; at < from + 4; at++) {
    const c = bytes[at] as number;
    // Digits have 0x40 unset; in letters the low four bits count from 1.
    unit = unit * 16 + (c & 15) + (c >= 0x40 ? 9 : 0);
  }
  return unit;
}

function decodeLong(bytes: Uint8Array, start: number, end: number): string {
  const hasEscape = bytes.subarray(start, end).includes(BACKSLASH);
  return hasEscape
    ? JSON.parse(decoder.decode(bytes.subarray(start - 1, end + 1)))
    : decoder.decode(bytes.subarray(start, end));
}
