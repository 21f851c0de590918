/** Live events that wait until older ones were replayed. */
import { sizeOf } from './bytes.ts';
import type { Bytes } from './ports.ts';

export interface HeldEvent {
  readonly offset: number;
  readonly data: Bytes;
}

export class HeldEvents {
  readonly events: HeldEvent[] = [];
  #bytes = 0;

  /** @returns the bytes of all */
  add(offset: number, data: Bytes): number {
    this.events.push({ offset, data });
    this.#bytes += sizeOf(data);
    return this.#bytes;
  }
}
