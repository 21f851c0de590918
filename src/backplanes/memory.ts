/** The backplane of a single node: an event log in memory, bounded per stream and in all. */
import { alone } from './alone.ts';
import type { Troubles } from '../engine/ports-degraded.ts';
import {
  HistoryLost,
  type Backplane,
  type EventFacts,
  type EventLog,
  type LoggedEvent,
} from '../engine/ports-backplane.ts';

export interface MemoryLogLimits {
  /** Events kept per stream. */
  readonly events: number;
  /** Bytes kept per stream. */
  readonly bytes: number;
  /** Bytes kept in all: over it the streams that were written to longest ago lose theirs first. */
  readonly totalBytes: number;
}

export const DEFAULT_LOG_LIMITS: MemoryLogLimits = {
  events: 1_000,
  bytes: 8 * 1024 * 1024,
  totalBytes: 256 * 1024 * 1024,
};

/** What an event costs beside its bytes, roughly: without it, a flood of tiny events would be free. */
const EVENT_COST = 200;

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
  readonly #troubles: Troubles | undefined;
  readonly #onTrimmed: ((stream: string) => void) | undefined;
  /** In order of the last append. */
  readonly #runs = new Map<string, Run>();
  #bytes = 0;

  /**
   * @param troubles told while streams lose their history to others
   * @param onTrimmed called with each stream that does
   */
  constructor(
    limits: MemoryLogLimits = DEFAULT_LOG_LIMITS,
    troubles?: Troubles,
    onTrimmed?: (stream: string) => void,
  ) {
    this.#limits = limits;
    this.#troubles = troubles;
    this.#onTrimmed = onTrimmed;
  }

  /** All of it. */
  get near(): MemoryEventLog {
    return this;
  }

  /** Bytes kept in all, with what each event costs beside its own. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Streams of which something is kept. */
  get streams(): number {
    return this.#runs.size;
  }

  /** Offsets of the oldest event that is kept and of the last that was appended; undefined where nothing is known. */
  span(stream: string): { readonly oldest: number; readonly last: number } | undefined {
    const run = this.#runs.get(stream);
    if (!run) return undefined;
    return { oldest: run.events[run.first]?.offset ?? run.last + 1, last: run.last };
  }

  /** What is kept after an offset, up to so many events and bytes, but at least one. */
  some(stream: string, after: number, events: number, bytes: number): LoggedEvent[] {
    const run = this.#runs.get(stream);
    const found: LoggedEvent[] = [];
    if (!run) return found;
    let left = bytes;
    // Offsets have no gaps.
    const first = run.first + Math.max(0, after + 1 - (run.events[run.first]?.offset ?? 0));
    for (let index = first; index < run.events.length && found.length < events && left > 0; index++) {
      const event = run.events[index] as LoggedEvent;
      found.push(event);
      left -= event.data.length + EVENT_COST;
    }
    return found;
  }

  append(stream: string, offset: number, data: Uint8Array, facts?: EventFacts): void {
    const run = this.#runs.get(stream) ?? { events: [], first: 0, bytes: 0, last: 0 };
    this.#runs.delete(stream);
    this.#runs.set(stream, run);
    // A small message is often a window into a large read buffer, which it would keep alive.
    // (`slice` would not do: that of Node's buffers copies nothing.)
    const kept = data.length < data.buffer.byteLength / 2 ? new Uint8Array(data) : data;
    run.events.push(facts?.answers ? { offset, data: kept, answers: facts.answers } : { offset, data: kept });
    run.bytes += kept.length + EVENT_COST;
    run.last = offset;
    this.#bytes += kept.length + EVENT_COST;
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

  /** What nobody else can read needs no words for others. */
  begin(): void {}

  end(): void {}

  async adopt(): Promise<undefined> {}

  #trim(run: Run): void {
    while (run.events.length - run.first > this.#limits.events || run.bytes > this.#limits.bytes)
      this.#shift(run);
    if (run.first > 64 && run.first * 2 > run.events.length) {
      run.events = run.events.slice(run.first);
      run.first = 0;
    }
  }

  #trimAll(): void {
    if (this.#bytes > this.#limits.totalBytes) this.#troubles?.set('event_log_full', FULL, FULL_MS);
    for (const [stream, run] of this.#runs) {
      if (this.#bytes > this.#limits.totalBytes) this.#onTrimmed?.(stream);
      while (this.#bytes > this.#limits.totalBytes && run.first < run.events.length) this.#shift(run);
      if (run.first < run.events.length) return;
      // Without an event there is nothing to tell that a missing stream does not tell as well.
      this.#runs.delete(stream);
    }
  }

  #shift(run: Run): void {
    const event = run.events[run.first];
    if (!event) return;
    // Let go of the bytes now; the slot goes with the next cut.
    run.events[run.first] = { offset: event.offset, data: EMPTY };
    run.first++;
    run.bytes -= event.data.length + EVENT_COST;
    this.#bytes -= event.data.length + EVENT_COST;
  }
}

const FULL =
  'More is said on streams than the event log keeps (limits.logTotalBytes): streams that were idle longest lose their history, and a client that comes back to one is told so.';
/** How long it counts as full after it last dropped something. */
const FULL_MS = 60_000;

const EMPTY = new Uint8Array(0);

export function memoryBackplane(limits?: MemoryLogLimits, troubles?: Troubles): Backplane {
  return alone(new MemoryEventLog(limits, troubles));
}
