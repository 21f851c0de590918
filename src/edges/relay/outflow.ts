/**
 * Bytes of one answer on their way to the node where its request landed: so many go ahead, the rest waits until some
 * were taken.
 *
 * Guarantees: bytes leave in their order; no more are under way than the window holds.
 */
import { sizeOf } from '../../engine/bytes.ts';
import type { Bytes } from '../../engine/ports.ts';
import type { RelayLimits } from './limits.ts';

export class Outflow {
  readonly #limits: RelayLimits;
  readonly #send: (pieces: readonly Uint8Array[]) => void;
  #pieces: Uint8Array[] = [];
  #waiting = 0;
  #underWay = 0;

  /** @param send hands one frame's worth over */
  constructor(limits: RelayLimits, send: (pieces: readonly Uint8Array[]) => void) {
    this.#limits = limits;
    this.#send = send;
  }

  /** Bytes that were not taken yet. */
  get queued(): number {
    return this.#waiting + this.#underWay;
  }

  /** Bytes that were not handed over yet. */
  get waiting(): number {
    return this.#waiting;
  }

  add(bytes: Bytes): void {
    if (bytes instanceof Uint8Array) this.#pieces.push(bytes);
    else for (const piece of bytes) this.#pieces.push(piece);
    this.#waiting += sizeOf(bytes);
  }

  /** Hands over what may go. */
  flush(): void {
    while (this.#waiting > 0 && this.#underWay < this.#limits.windowBytes) this.#send(this.#next());
  }

  taken(bytes: number): void {
    this.#underWay = Math.max(0, this.#underWay - bytes);
    this.flush();
  }

  drop(): void {
    this.#pieces = [];
    this.#waiting = 0;
    this.#underWay = 0;
  }

  /** As many pieces as one frame takes; a large one is cut. */
  #next(): readonly Uint8Array[] {
    const most = this.#limits.pieceBytes;
    const all = this.#waiting <= most ? this.#pieces : undefined;
    const found = all ?? this.#cut(most);
    if (all) this.#pieces = [];
    const size = all ? this.#waiting : sizeOf(found);
    this.#waiting -= size;
    this.#underWay += size;
    return found;
  }

  #cut(most: number): Uint8Array[] {
    const found: Uint8Array[] = [];
    let count = 0;
    let room = most;
    for (const piece of this.#pieces) {
      if (piece.length > room) {
        found.push(piece.subarray(0, room));
        this.#pieces[count] = piece.subarray(room);
        break;
      }
      found.push(piece);
      room -= piece.length;
      count++;
      if (room === 0) break;
    }
    this.#pieces.splice(0, count);
    return found;
  }
}
