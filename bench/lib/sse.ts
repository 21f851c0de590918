/** Finds the events in a body of `text/event-stream`, by hand: line breaks are LF, as every target writes them. */

/** One event: its name (`message` when it has none) and where its data stands, valid during the call only. */
export type OnEvent = (name: string, bytes: Buffer, start: number, end: number) => void;

const EVENT_END = Buffer.from('\n\n');
const LF = 10;
const HEAD_BYTES = 512;

export class SseReader {
  readonly #onEvent: OnEvent;
  #kept = Buffer.alloc(0);
  #used = 0;

  constructor(onEvent: OnEvent) {
    this.#onEvent = onEvent;
  }

  feed(bytes: Buffer, start: number, end: number): void {
    let at = this.#used > 0 ? this.#finishKept(bytes, start, end) : start;
    while (at < end) {
      const stop = bytes.indexOf(EVENT_END, at);
      if (stop < 0 || stop + 2 > end) {
        this.#keep(bytes, at, end);
        return;
      }
      this.#emit(bytes, at, stop);
      at = stop + 2;
    }
  }

  /** Completes the event whose beginning was kept, if its end is here. Returns where to go on. */
  #finishKept(bytes: Buffer, start: number, end: number): number {
    if (this.#kept[this.#used - 1] === LF && bytes[start] === LF) {
      this.#emitKept(this.#used - 1);
      return start + 1;
    }
    const stop = bytes.indexOf(EVENT_END, start);
    if (stop < 0 || stop + 2 > end) {
      this.#keep(bytes, start, end);
      return end;
    }
    this.#keep(bytes, start, stop);
    this.#emitKept(this.#used);
    return stop + 2;
  }

  #emitKept(length: number): void {
    this.#used = 0;
    this.#emit(this.#kept, 0, length);
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const needed = this.#used + end - start;
    if (needed > this.#kept.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(1024, needed * 2));
      this.#kept.copy(grown, 0, 0, this.#used);
      this.#kept = grown;
    }
    bytes.copy(this.#kept, this.#used, start, end);
    this.#used = needed;
  }

  #emit(bytes: Buffer, start: number, end: number): void {
    // Names and ids come before the data in every target, so the data is what remains.
    const head = bytes.toString('latin1', start, Math.min(end, start + HEAD_BYTES));
    let name = 'message';
    let at = 0;
    for (;;) {
      if (head.startsWith('data:', at)) {
        const skip = head.charCodeAt(at + 5) === 32 ? 6 : 5;
        this.#onEvent(name, bytes, start + at + skip, end);
        return;
      }
      const next = head.indexOf('\n', at);
      if (head.startsWith('event:', at)) name = head.slice(at + 6, next < 0 ? undefined : next).trim();
      if (next < 0) return;
      at = next + 1;
    }
  }
}
