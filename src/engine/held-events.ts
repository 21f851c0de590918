/** Live events that wait until older ones were replayed. */
import { sizeOf } from './bytes.ts';
import type { Bytes } from './ports.ts';

export interface HeldEvent {
  readonly offset: number;
  readonly data: Bytes;
}

export class HeldEvents {
  readonly events: HeldEvent[] = [];
  bytes = 0;

  add(offset: number, data: Bytes): void {
    this.bytes += sizeOf(data);
    this.events.push({ offset, data });
  }
}
