/** Base64 as bytes, for pictures and sounds of others. */

/** More than this is not decoded here. */
const MOST_BYTES = 32_000_000;

/** @returns undefined for what is no base64, or too much of it */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> | undefined {
  if (base64.length > (MOST_BYTES * 4) / 3) return undefined;
  try {
    const text = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  } catch {
    return undefined;
  }
}
