/** The backplane of a single node: an event log in memory, bounded per stream and in all. */
import { HistoryLost, type Backplane, type EventLog, type LoggedEvent } from '../engine/ports.ts';

export interface MemoryLogLimits {
  /** Events kept per stream. */
  readonly events: number;
  /** Bytes kept per stream. */
  readonly bytes: number;
  /** Bytes kept in all: over it the streams that were written to longest ago lose their history. */
  readonly totalBytes: number;
}

export const DEFAULT_LOG_LIMITS: MemoryLogLimits = {
  events: 1_000,
  bytes: 8 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
};

interface Run {
  events: LoggedEvent[];
  /** Index of the oldest kept event: the array is cut only now and then. */
  first: number;
  bytes: number;
  /** The offset of the last event ever appended. */
  last: number;
}

export class MemoryEventLog implements EventLog {
  readonly #limits: MemoryLogLimits;
  /** In order of the last append. */
  readonly #runs = new Map<string, Run>();
  #bytes = 0;

  constructor(limits: MemoryLogLimits = DEFAULT_LOG_LIMITS) {
    this.#limits = limits;
  }

  /** Bytes kept in all. */
  get bytes(): number {
    return this.#bytes;
  }

  append(stream: string, offset: number, data: Uint8Array): void {
    const run = this.#runs.get(stream) ?? { events: [], first: 0, bytes: 0, last: 0 };
    this.#runs.delete(stream);
    this.#runs.set(stream, run);
    // A small message is often a window into a large read buffer, which it would keep alive.
    const kept = data.length < data.buffer.byteLength / 2 ? data.slice() : data;
    run.events.push({ offset, data: kept });
    run.bytes += kept.length;
    run.last = offset;
    this.#bytes += kept.length;
    this.#trim(run);
    this.#trimAll();
  }

  async *read(stream: string, after: number): AsyncGenerator<LoggedEvent> {
    const run = this.#runs.get(stream);
    if (!run) throw new HistoryLost(stream);
    if (after >= run.last) return;
    const oldest = run.events[run.first];
    if (!oldest || oldest.offset > after + 1) throw new HistoryLost(stream);
    // A copy: what is appended while the reader waits is the caller's to hold back.
    for (const event of run.events.slice(run.first)) if (event.offset > after) yield event;
  }

  drop(stream: string): void {
    const run = this.#runs.get(stream);
    if (!run) return;
    this.#bytes -= run.bytes;
    this.#runs.delete(stream);
  }

  #trim(run: Run): void {
    while (run.events.length - run.first > this.#limits.events || run.bytes > this.#limits.bytes)
      this.#shift(run);
    if (run.first > 64 && run.first * 2 > run.events.length) {
      run.events = run.events.slice(run.first);
      run.first = 0;
    }
  }

  #trimAll(): void {
    for (const run of this.#runs.values()) {
      if (this.#bytes <= this.#limits.totalBytes) return;
      while (run.first < run.events.length) this.#shift(run);
    }
  }

  #shift(run: Run): void {
    const event = run.events[run.first];
    if (!event) return;
    // Let go of the bytes now; the slot goes with the next cut.
    run.events[run.first] = { offset: event.offset, data: EMPTY };
    run.first++;
    run.bytes -= event.data.length;
    this.#bytes -= event.data.length;
  }
}

const EMPTY = new Uint8Array(0);

export function memoryBackplane(limits?: MemoryLogLimits): Backplane {
  return { log: new MemoryEventLog(limits), close: async () => {} };
}
