/** Bytes in one piece or in several. */
import type { Bytes } from './ports.ts';

export function sizeOf(bytes: Bytes): number {
  if (bytes instanceof Uint8Array) return bytes.length;
  let size = 0;
  for (const piece of bytes) size += piece.length;
  return size;
}

/** The same bytes in one piece: what is kept must not be put together each time it is read. */
export function joined(bytes: Bytes): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  const whole = new Uint8Array(sizeOf(bytes));
  let at = 0;
  for (const piece of bytes) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
