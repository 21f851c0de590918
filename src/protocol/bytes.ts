/**
 * Small helpers on byte arrays that know nothing of JSON.
 */
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

/** Below this length a loop beats a call into the engine. */
const SHORT = 128;

/** Where the first CR or LF stands, else -1. */
function breakAt(bytes: Uint8Array): number {
  const near = Math.min(bytes.length, SHORT);
  for (let at = 0; at < near; at++) {
    const c = bytes[at] as number;
    if (c === LF || c === CR) return at;
  }
  if (near === bytes.length) return -1;
  const lf = bytes.indexOf(LF, near);
  const cr = bytes.indexOf(CR, near);
  return lf < 0 || (cr >= 0 && cr < lf) ? cr : lf;
}

/**
 * The bytes with every CR and LF replaced by a space; the same array when there is none.
 * In JSON a raw line break can only be insignificant white space, so the meaning stays.
 */
export function oneLine(bytes: Uint8Array): Uint8Array {
  const first = breakAt(bytes);
  if (first < 0) return bytes;
  const copy = alike(bytes, bytes.length);
  copy.set(bytes);
  for (let at = first; at < copy.length; at++) {
    if (copy[at] === LF || copy[at] === CR) copy[at] = SPACE;
  }
  return copy;
}

/** From here on it pays to ask for the kind of an array. */
const LARGE = 16 * 1024;

/**
 * A new array of zeros; a large one is of the same kind as `model`. A subclass may search its bytes many
 * times faster than a plain array does (as that of Node does), and what is made from it should keep that.
 */
export function alike(model: Uint8Array, length: number): Uint8Array {
  if (length < LARGE) return new Uint8Array(length);
  // `constructor` is any function to the compiler; that of a typed array makes arrays of its species (ECMAScript, 23.2.4).
  const kind = model.constructor as unknown as { [Symbol.species]?: Uint8ArrayConstructor };
  return new (kind[Symbol.species] ?? Uint8Array)(length);
}
