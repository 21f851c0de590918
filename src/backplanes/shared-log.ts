/**
 * An event log in memory with a copy in what nodes share: appended here, sent there without waiting, read here.
 *
 * Guarantees: those of EventLog. Nothing waits to be sent but what memory keeps anyway: where memory lost events before
 * they could be sent, the copy begins anew after them, so that it never has a hole.
 */
import type { EventFacts, EventLog, KeptStream, LoggedEvent, Run } from '../engine/ports-backplane.ts';
import type { MemoryEventLog } from './memory.ts';

/** What of a stream is sent at once. */
export interface Writing {
  readonly stream: string;
  readonly generation: number;
  /** Said where the copy begins anew; what was there goes. `number` goes up: what comes late is told by it. */
  readonly beginning:
    | { readonly about: Uint8Array; readonly runs: readonly Run[]; readonly number: number }
    | undefined;
  /** The offset before the first event. */
  readonly base: number;
  readonly events: readonly LoggedEvent[];
  /** Events before this offset need not be kept. */
  readonly oldest: number;
  readonly isEnded: boolean;
}

/** `missing`: the copy is not there, or lacks what comes before. `older`: the stream has another writer by now. */
export type Outcome = 'kept' | 'missing' | 'older';

/** The copies of all streams. What rejects may have happened or not; doing it again does no harm. */
export interface FarLog {
  readonly isReached: boolean;
  /** What is written meanwhile leaves together. */
  together(write: () => void): void;
  /** What is written later arrives later. */
  write(writing: Writing): Promise<Outcome>;
  /** Rejects where a later generation has it. */
  adopt(stream: string, generation: number): Promise<KeptStream | undefined>;
  /** All with offsets in `(after, last]`, whole. @throws HistoryLost where one is missing */
  read(stream: string, after: number, last: number): Promise<readonly LoggedEvent[]>;
  drop(stream: string, generation: number): void;
  /** It is to be kept for longer. */
  touch(stream: string): void;
}

interface State {
  readonly stream: string;
  readonly generation: number;
  readonly about: Uint8Array;
  /** Of earlier generations. */
  readonly runs: readonly Run[];
  /** Events up to this offset are in the copy alone: another node wrote them. */
  readonly adopted: number;
  /** The offset of the last event. */
  last: number;
  /** Up to where it was sent, and up to where that is known to have arrived. */
  sent: number;
  arrived: number;
  isBegun: boolean;
  isEnded: boolean;
  /** Another node writes it. */
  isLost: boolean;
  /** Goes up when all is sent anew: what is said of earlier sendings counts no more. */
  version: number;
  touchedAt: number;
}

export interface SharedLogOptions {
  readonly now: () => number;
  /** How long a copy is kept after it was written or touched. */
  readonly keptMs: number;
  /** Streams that are written at once; over it those written to for longest lose their copies. */
  readonly streams?: number;
}

const AT_ONCE_EVENTS = 128;
const AT_ONCE_BYTES = 512 * 1024;
/** Sent and not answered, in all. */
const UNDER_WAY_BYTES = 16 * 1024 * 1024;
const NOTHING = new Uint8Array(0);

export class SharedLog implements EventLog {
  readonly near: MemoryEventLog;
  readonly #far: FarLog;
  readonly #options: SharedLogOptions;
  /** In the order in which they were touched. */
  readonly #states = new Map<string, State>();
  readonly #dirty = new Set<State>();
  #underWay = 0;
  #beginnings = 0;
  #isPlanned = false;

  constructor(near: MemoryEventLog, far: FarLog, options: SharedLogOptions) {
    this.near = near;
    this.#far = far;
    this.#options = options;
  }

  append(stream: string, offset: number, data: Uint8Array, facts?: EventFacts): void {
    const generation = facts?.generation ?? 1;
    const known = this.#states.get(stream);
    if (known && known.generation > generation) return;
    const isSame = known?.generation === generation;
    const state = isSame
      ? known
      : this.#add({ stream, about: NOTHING, generation, runs: [], last: offset - 1 });
    this.near.append(stream, offset, data, facts);
    state.last = offset;
    this.#plan(state);
  }

  begin(stream: string, about: Uint8Array, generation: number): void {
    this.near.drop(stream);
    this.#plan(this.#add({ stream, about, generation, runs: [], last: 0 }));
  }

  end(stream: string, generation: number): void {
    const state = this.#states.get(stream);
    if (state?.generation !== generation) return;
    state.isEnded = true;
    this.#plan(state);
  }

  drop(stream: string): void {
    this.near.drop(stream);
    const state = this.#states.get(stream);
    if (!state) return;
    this.#forget(state);
    if (state.isBegun && !state.isLost) this.#far.drop(stream, state.generation);
  }

  async *read(stream: string, after: number): AsyncGenerator<LoggedEvent> {
    const span = this.near.span(stream);
    if (span && after >= span.last) return;
    // A copy: what is appended while the reader waits is the caller's to hold back.
    const near = this.near.some(stream, after, Infinity, Infinity);
    const upTo = (near[0]?.offset ?? (span?.last ?? Infinity) + 1) - 1;
    const isWhole = span !== undefined && after >= upTo;
    if (!isWhole) yield* await this.#far.read(stream, after, upTo);
    yield* near;
  }

  async adopt(stream: string, generation: number): Promise<KeptStream | undefined> {
    const own = this.#states.get(stream);
    if (own && !own.isLost) this.#send(own);
    const kept = await this.#far.adopt(stream, generation);
    if (!kept) return own && !own.isLost ? this.#again(own, generation) : undefined;
    if (this.near.span(stream)?.last !== kept.published) this.near.drop(stream);
    const state = this.#add({
      stream,
      about: kept.about,
      generation,
      runs: kept.runs,
      last: kept.published,
    });
    state.sent = state.arrived = kept.published;
    state.isBegun = true;
    state.isEnded = kept.isEnded;
    return kept;
  }

  /** A stream lost events in memory. */
  trimmed(stream: string): void {
    const state = this.#states.get(stream);
    if (state?.isBegun) this.#plan(state);
  }

  /** Sends what waits. To be called before anything that was written to a client leaves. */
  readonly flush = (): void => {
    this.#isPlanned = false;
    if (this.#dirty.size > 0 && this.#far.isReached) this.#far.together(this.#sendAll);
  };

  /** Now and then: keeps what would run out, sends again what failed. */
  tick(): void {
    this.flush();
    if (!this.#far.isReached) return;
    const due = this.#options.now() - this.#options.keptMs / 3;
    for (const state of this.#states.values()) {
      if (state.touchedAt > due) return;
      this.#touched(state);
      if (state.isBegun && !state.isLost) this.#far.touch(state.stream);
    }
  }

  readonly #sendAll = (): void => {
    for (const state of this.#dirty) {
      if (this.#underWay > UNDER_WAY_BYTES) return;
      this.#dirty.delete(state);
      this.#send(state);
    }
  };

  #add(made: Pick<State, 'stream' | 'about' | 'generation' | 'runs' | 'last'>): State {
    const old = this.#states.get(made.stream);
    if (old) this.#forget(old);
    const state: State = {
      ...made,
      adopted: made.last,
      sent: made.last,
      arrived: made.last,
      isBegun: false,
      isEnded: false,
      isLost: false,
      version: 0,
      touchedAt: this.#options.now(),
    };
    this.#states.set(made.stream, state);
    const [longest] = this.#states.values();
    if (this.#states.size > (this.#options.streams ?? 100_000) && longest) this.#forget(longest);
    return state;
  }

  #forget(state: State): void {
    state.version++;
    this.#dirty.delete(state);
    this.#states.delete(state.stream);
  }

  #touched(state: State): void {
    state.touchedAt = this.#options.now();
    this.#states.delete(state.stream);
    this.#states.set(state.stream, state);
  }

  #plan(state: State): void {
    if (state.isLost) return;
    this.#dirty.add(state);
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    // Before anything else of the runtime gets its turn: what is written to clients leaves later.
    queueMicrotask(this.flush);
  }

  #send(state: State): void {
    const { stream, generation } = state;
    const first = this.near.span(stream)?.oldest ?? state.last + 1;
    if (first > state.sent + 1) this.#anew(state, first - 1);
    const oldest = first > state.adopted + 1 ? first : 0;
    const base = state.sent;
    const events = this.near.some(stream, base, AT_ONCE_EVENTS, AT_ONCE_BYTES);
    const bytes = events.reduce((sum, { data }) => sum + data.length, 0);
    const beginning = state.isBegun
      ? undefined
      : { about: state.about, runs: state.runs, number: ++this.#beginnings };
    state.isBegun = true;
    state.sent = events.at(-1)?.offset ?? base;
    const isLast = state.sent === state.last;
    this.#underWay += bytes;
    const { version, sent } = state;
    const isEnded = isLast && state.isEnded;
    this.#far.write({ stream, generation, beginning, base, events, oldest, isEnded }).then(
      (outcome) => this.#told(state, version, sent, bytes, outcome),
      () => this.#told(state, version, sent, bytes, 'failed'),
    );
    if (!isLast) this.#plan(state);
  }

  #told(state: State, version: number, sent: number, bytes: number, outcome: Outcome | 'failed'): void {
    this.#underWay -= bytes;
    if (state.version === version) {
      if (outcome === 'kept') state.arrived = sent;
      else if (outcome === 'older') state.isLost = true;
      else {
        if (outcome === 'missing') this.#anew(state, 0);
        else this.#back(state);
        this.#dirty.add(state);
      }
    }
    // What failed is tried again with the next tick, or it would be tried without end.
    if (outcome !== 'failed' && this.#dirty.size > 0) this.flush();
  }

  #anew(state: State, base: number): void {
    state.version++;
    state.isBegun = false;
    state.sent = state.arrived = base;
  }

  /** Whether it arrived is not known; what arrives twice is kept once. */
  #back(state: State): void {
    state.version++;
    if (state.arrived === 0) state.isBegun = false;
    state.sent = state.arrived;
  }

  /** The copy is gone, as after a restart of what is shared, but this node wrote it: memory has it. */
  #again(own: State, generation: number): KeptStream {
    const { stream, about, last, isEnded } = own;
    const run = { generation: own.generation, last };
    const runs = last > (own.runs.at(-1)?.last ?? 0) ? [...own.runs, run] : own.runs;
    const state = this.#add({ stream, about, generation, runs, last });
    state.isEnded = isEnded;
    state.sent = state.arrived = 0;
    this.#plan(state);
    const answers = this.near
      .some(stream, 0, Infinity, Infinity)
      .flatMap(({ offset, answers: id }) => (id ? [{ offset, id }] : []));
    return { about, published: last, runs, answers, isEnded };
  }
}
