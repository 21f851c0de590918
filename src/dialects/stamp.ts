/** Puts further members into a JSON object without touching what it holds. */
import type { Bytes } from '../engine/ports.ts';

const CLOSE_OBJECT = 0x7d;
const encoder = new TextEncoder();

/**
 * The object with members at its end; all bytes before and behind them stay.
 * @param object a JSON object with at least one member, in one piece or several
 * @param members what is added, with values that JSON can hold; read last, they count where a name is there already
 */
export function withMembers(object: Bytes, members: Readonly<Record<string, unknown>>): Uint8Array[] {
  const pieces = object instanceof Uint8Array ? [object] : [...object];
  const added = encoder.encode(`,${JSON.stringify(members).slice(1, -1)}`);
  for (let index = pieces.length - 1; index >= 0; index--) {
    const piece = pieces[index] as Uint8Array;
    const at = piece.lastIndexOf(CLOSE_OBJECT);
    if (at < 0) continue;
    pieces.splice(index, 1, piece.subarray(0, at), added, piece.subarray(at));
    break;
  }
  return pieces;
}
