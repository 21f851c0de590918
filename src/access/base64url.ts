/**
 * Bytes as text that URLs, headers and JSON carry as it is.
 *
 * Guarantees: every run of bytes has exactly one text; any other that lenient readers take for it is refused.
 *
 * Source: RFC 4648 section 5, without padding; section 3.5 for what is left over in the last character.
 */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** By character code; 64 for what is none of ours. */
const VALUES = new Uint8Array(128).fill(64);
for (let value = 0; value < 64; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

export function toBase64url(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const size = Math.min(3, bytes.length - at) + 1;
    for (let place = 0; place < size; place++) text += ALPHABET.charAt((bits >> (18 - 6 * place)) & 63);
  }
  return text;
}

/** Undefined for every text that `toBase64url` does not give. */
export function fromBase64url(text: string): Uint8Array | undefined {
  const left = text.length % 4;
  if (left === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let to = 0;
  for (let at = 0; at < text.length; at++) {
    const value = VALUES[text.charCodeAt(at)] ?? 64;
    if (value === 64) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[to++] = bits >> held;
  }
  const isCanonical = (bits & ((1 << held) - 1)) === 0;
  return isCanonical ? bytes : undefined;
}
