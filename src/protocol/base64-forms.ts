/** How a text looks in base64, so that it can be found where somebody wrote it so. */

/** In both alphabets of RFC 4648, without what pads it, and without the last digits, which depend on what follows. */
export function base64Forms(text: string): readonly string[] {
  const bytes = new TextEncoder().encode(text);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
  const plain = btoa(Array.from(whole, (byte) => String.fromCharCode(byte)).join(''));
  return [plain, plain.replaceAll('+', '-').replaceAll('/', '_')];
}
