/** Whether what is said on a stream can be taken up again. */

/** The id of an event stands before its data. */
const ID_WITHIN = 512;
const LF = 0x0a;
const I = 0x69;
const D = 0x64;
const COLON = 0x3a;

/** Whether a line begins with `id:`. Frames of events begin with a line. */
export function hasIdField(all: Uint8Array): boolean {
  const bytes = all.subarray(0, ID_WITHIN);
  for (let at = bytes.indexOf(I); at >= 0; at = bytes.indexOf(I, at + 1)) {
    if (at > 0 && bytes[at - 1] !== LF) continue;
    if (bytes[at + 1] === D && bytes[at + 2] === COLON) return true;
  }
  return false;
}
