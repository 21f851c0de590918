/** Random ids of traces and spans as lower-case hexadecimal text: never all zero, cheap, and not to be guessed. */

const POOL = 4_096;
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

const pool = new Uint8Array(POOL);
let at = POOL;

export function newTraceId(): string {
  return hex(16);
}

export function newSpanId(): string {
  return hex(8);
}

function hex(length: number): string {
  if (at + length > POOL) {
    crypto.getRandomValues(pool);
    at = 0;
  }
  let text = '';
  let sum = 0;
  for (const end = at + length; at < end; at++) {
    const byte = pool[at] as number;
    text += HEX[byte] as string;
    sum |= byte;
  }
  return sum === 0 ? hex(length) : text;
}
