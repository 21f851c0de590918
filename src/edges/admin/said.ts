/**
 * What was said lately, as bytes in one ring: keeping some costs a copy, and nothing is allocated. What is older than the
 * ring is long is gone.
 */
import type { Bytes } from '../../engine/ports.ts';

/** Where something stands in all that was ever kept. */
export interface Place {
  readonly at: number;
  readonly length: number;
}

export class Said {
  readonly #bytes: Uint8Array;
  readonly #most: number;
  /** All that was ever kept, gaps at the end of the ring included. */
  #end = 0;

  /** @param length of all @param most of one */
  constructor(length: number, most: number) {
    this.#bytes = new Uint8Array(length);
    this.#most = Math.min(most, length);
  }

  /** Where the next `length` bytes go; those that are more than may be kept of one are left out. */
  place(length: number): Place {
    const kept = Math.min(length, this.#most);
    const { length: all } = this.#bytes;
    // In one piece.
    const left = all - (this.#end % all);
    const at = kept > left ? this.#end + left : this.#end;
    this.#end = at + kept;
    return { at, length: kept };
  }

  put({ at, length }: Place, pieces: Bytes | readonly Bytes[]): void {
    const start = at % this.#bytes.length;
    this.#copy(pieces, start, start + length);
  }

  /** Undefined where it was written over. */
  get({ at, length }: Place): Uint8Array | undefined {
    if (at < this.#end - this.#bytes.length) return undefined;
    const start = at % this.#bytes.length;
    return this.#bytes.subarray(start, start + length);
  }

  #copy(pieces: Bytes | readonly Bytes[], start: number, end: number): number {
    if (pieces instanceof Uint8Array) {
      const fits = pieces.length <= end - start;
      this.#bytes.set(fits ? pieces : pieces.subarray(0, end - start), start);
      return fits ? start + pieces.length : end;
    }
    let at = start;
    for (const piece of pieces) if (at < end) at = this.#copy(piece, at, end);
    return at;
  }
}
