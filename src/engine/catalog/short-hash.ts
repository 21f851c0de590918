/**
 * A short hash of a text, to tell names apart that were cut. Not proof against somebody who looks for texts with
 * the same hash: who uses it must cope with that.
 */

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** Eight lower-case letters and digits, the same everywhere and for ever. */
export function shortHash(text: string): string {
  const low = fold(text, 0x811c9dc5);
  const high = fold(text, 0x9e3779b9);
  let hash = '';
  for (let shift = 0; shift < 20; shift += 5)
    hash += LETTERS.charAt((low >>> shift) & 31) + LETTERS.charAt((high >>> shift) & 31);
  return hash;
}

/** FNV-1a over UTF-16 units, its bits mixed once more at the end. */
function fold(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
