/** Our own numbers as JSON text, without a string in between. */

/** The decimal digits of a non-negative integer below 2^53. */
export function digits(value: number): Uint8Array {
  let length = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) length++;
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let at = length - 1; at >= 0; at--) {
    const next = Math.floor(rest / 10);
    bytes[at] = 0x30 + (rest - next * 10);
    rest = next;
  }
  return bytes;
}
