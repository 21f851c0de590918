/** A stream on its own: its owner takes notes, its log can be slow. */
import { MemoryEventLog } from '../../../src/backplanes/memory.ts';
import { Payers } from '../../../src/engine/account.ts';
import { createContext } from '../../../src/engine/context.ts';
import type { Dialect } from '../../../src/engine/ports.ts';
import type { EventLog, LoggedEvent } from '../../../src/engine/ports-backplane.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../src/engine/settings.ts';
import { Stream } from '../../../src/engine/stream.ts';
import type { StreamOwner } from '../../../src/engine/stream-owner.ts';
import { bytesOf, type FakeConnection, FakeRuntime, Notes, numbered } from './support.ts';

/** A log that gives an event only when it is let go, as one behind a network would. */
export class SlowLog implements EventLog {
  readonly inner = new MemoryEventLog();
  readonly dropped: string[] = [];
  #waiting: (() => void)[] = [];
  isFree = false;
  /** Whether it also gives what is appended while it is read. */
  isFollowing = false;
  /** What `read` throws after so many events. */
  failure: { after: number; error: Error } | undefined;

  append(stream: string, offset: number, data: Uint8Array): void {
    this.inner.append(stream, offset, data);
  }

  begin(): void {}

  end(): void {}

  async adopt(): Promise<undefined> {}

  async *read(stream: string, after: number): AsyncIterable<LoggedEvent> {
    let events = await this.#from(stream, after);
    for (let given = 0; given < events.length; given++) {
      if (this.failure?.after === given) throw this.failure.error;
      if (!this.isFree) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      yield events[given] as LoggedEvent;
      if (this.isFollowing) events = await this.#from(stream, after);
    }
  }

  async #from(stream: string, after: number): Promise<LoggedEvent[]> {
    const events: LoggedEvent[] = [];
    for await (const event of this.inner.read(stream, after)) events.push(event);
    return events;
  }

  drop(stream: string): void {
    this.dropped.push(stream);
    this.inner.drop(stream);
  }

  /** Every reader that waits gets its next event. */
  step(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** From now on nobody waits. */
  free(): void {
    this.isFree = true;
    this.step();
  }
}

export class Owner implements StreamOwner {
  readonly generation = 0;
  readonly id = 'session';
  readonly endpoint = '/messages?sessionId=session';
  readonly serverName = 'srv';
  readonly payers = new Payers('anybody', undefined, '', []);
  /** How many readers are full: never below 0, and 0 at the end. */
  full = 0;
  readonly pressures: boolean[] = [];
  readonly lefts: string[] = [];
  forgotten = 0;

  pressure(full: boolean): void {
    this.pressures.push(full);
    this.full += full ? 1 : -1;
  }

  left(_stream: Stream, reason: string): void {
    this.lefts.push(reason);
  }

  forgot(): void {
    this.forgotten++;
  }
}

export interface StreamOptions {
  readonly settings?: Partial<Settings>;
  readonly dialect?: Dialect;
  readonly log?: EventLog;
}

export function setUp(options: StreamOptions = {}) {
  const runtime = new FakeRuntime();
  const notes = new Notes();
  const log = options.log ?? new MemoryEventLog();
  const context = createContext({
    runtime,
    settings: { ...DEFAULT_SETTINGS, ...options.settings },
    observer: notes.observer,
    log,
  });
  const owner = new Owner();
  const stream = new Stream(0, owner, options.dialect ?? numbered, context);
  return { runtime, notes, log, context, owner, stream };
}

/** Publishes messages with these numbers as method names. */
export function publish(stream: Stream, from: number, to = from): void {
  for (let number = from; number <= to; number++) {
    stream.publish(bytesOf({ jsonrpc: '2.0', method: String(number) }));
  }
}

/** The numbers of the messages that arrived, in their order. */
export function numbers(connection: FakeConnection): string[] {
  return connection.messages.map(({ method }) => method ?? '');
}

/** `1 … n` as text. */
export function upTo(to: number, from = 1): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(index + from));
}
