/**
 * How a key that the gateway makes is written: `slc_`, 192 random bits, and a checksum of all that.
 *
 * The prefix lets scanners for leaked secrets know it; the checksum tells them, and us, a key from what only looks like
 * one, before anything is looked up. It proves nothing else.
 *
 * Source of the checksum: CRC-32 of ISO 3309 (as RFC 1952 section 8 has it), six digits to the base 62.
 */

const PREFIX = 'slc_';
/** Random bytes of a key. */
export const KEY_BYTES = 24;
/** Enough digits for them: 62^33 > 2^192. */
const KEY_DIGITS = 33;
/** Enough digits for 32 bits. */
const CHECK_DIGITS = 6;
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${KEY_DIGITS + CHECK_DIGITS}}$`);

/** @param random `KEY_BYTES` bytes that nobody can guess */
export function formatKey(random: Uint8Array): string {
  if (random.length !== KEY_BYTES) throw new RangeError(`A key is made of ${KEY_BYTES} random bytes.`);
  let value = 0n;
  for (const byte of random) value = (value << 8n) | BigInt(byte);
  const text = PREFIX + inBase62(value, KEY_DIGITS);
  return text + checksum(text);
}

/** Whether a text has the form of a key that the gateway made, its checksum included. */
export function isFormattedKey(text: string): boolean {
  if (!SHAPE.test(text)) return false;
  return checksum(text.slice(0, -CHECK_DIGITS)) === text.slice(-CHECK_DIGITS);
}

function checksum(text: string): string {
  return inBase62(BigInt(crc32(text)), CHECK_DIGITS);
}

function inBase62(value: bigint, digits: number): string {
  let text = '';
  for (let rest = value; text.length < digits; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text;
}

const TABLE = new Uint32Array(256).map((_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** Of ASCII. */
function crc32(text: string): number {
  let sum = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    sum = (TABLE[(sum ^ text.charCodeAt(at)) & 0xff] as number) ^ (sum >>> 8);
  }
  return (sum ^ 0xffffffff) >>> 0;
}
