/** What comes in chunks, kept until it is whole: without copying what is large, and without a long list of crumbs. */
import { alike } from './bytes.ts';

/** So many chunks are kept as they came: with 64 KiB each, 16 MiB. */
const FEW = 256;

/** Chunks below this size are gathered in blocks of it once there are many: what a pipe gives at once. */
const BLOCK = 64 * 1024;

/**
 * Parts that follow each other. Kept as they came and put together once, at the end; small ones are gathered on the
 * way once they are many. Time and memory are linear in their length.
 */
export class Pieces {
  /** Bytes in all. */
  size = 0;
  #pieces: Uint8Array[] = [];
  /** Small parts at the end: the first `filled` bytes. */
  #block: Uint8Array | undefined = undefined;
  #filled = 0;

  add(part: Uint8Array): void {
    this.size += part.length;
    const room = this.#block === undefined ? 0 : this.#block.length - this.#filled;
    if (part.length >= BLOCK || (this.#pieces.length < FEW && this.#block === undefined)) {
      this.#seal();
      this.#pieces.push(part);
    } else if (part.length <= room) {
      this.#fill(part);
    } else {
      this.#fill(part.subarray(0, room));
      this.#seal();
      this.#block = alike(part, BLOCK);
      this.#fill(part.subarray(room));
    }
  }

  /** Everything so far, as pieces. */
  get all(): readonly Uint8Array[] {
    this.#seal();
    return this.#pieces;
  }

  /** Everything so far, as pieces; afterwards it is empty. */
  take(): readonly Uint8Array[] {
    this.#seal();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.size = 0;
    return pieces;
  }

  #fill(part: Uint8Array): void {
    this.#block?.set(part, this.#filled);
    this.#filled += part.length;
  }

  #seal(): void {
    if (this.#block !== undefined) this.#pieces.push(this.#block.subarray(0, this.#filled));
    this.#block = undefined;
    this.#filled = 0;
  }
}

/** The pieces in one array; a single one is given as it is. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first === undefined || pieces.length === 1) return first ?? NOTHING;
  const whole = alike(
    first,
    pieces.reduce((size, piece) => size + piece.length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** So much is kept of either end of what is too long: an id and what surrounds it. */
const EDGE = 256;

/** The first and the last bytes of something that goes by and is not kept. */
export class Edges {
  head: Uint8Array = NOTHING;
  tail: Uint8Array = NOTHING;

  pass(part: Uint8Array): void {
    if (this.head.length < EDGE) this.head = joined([this.head, part.subarray(0, EDGE - this.head.length)]);
    this.tail = lastOf(this.tail, part);
  }
}

/** The last bytes of two pieces that follow each other. */
function lastOf(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (after.length >= EDGE) return Uint8Array.from(after.subarray(-EDGE));
  return joined([before.subarray(Math.max(0, before.length - (EDGE - after.length))), after]);
}

const NOTHING = new Uint8Array(0);
