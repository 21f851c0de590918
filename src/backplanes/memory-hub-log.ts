/** The copies of streams that nodes of one process share, in memory. */
import { HistoryLost, type KeptStream, type LoggedEvent, type Run } from '../engine/ports-backplane.ts';
import type { FarLog, Outcome, Writing } from './shared-log.ts';
import { checkWhole } from './whole-history.ts';

interface Copy {
  generation: number;
  readonly about: Uint8Array;
  runs: readonly Run[];
  last: number;
  events: LoggedEvent[];
  readonly answers: { readonly offset: number; readonly id: Uint8Array }[];
  isEnded: boolean;
}

/** Events of one copy. */
const MOST_EVENTS = 1_000;
const MOST_STREAMS = 10_000;

export class HubStreams {
  readonly #copies = new Map<string, Copy>();

  write({ stream, generation, beginning, base, events, oldest, isEnded }: Writing): Outcome {
    const known = this.#copies.get(stream);
    if (known && known.generation > generation) return 'older';
    if (beginning) this.#begin(stream, generation, beginning, base);
    const copy = this.#copies.get(stream);
    if (!copy || copy.generation !== generation || base > copy.last) return 'missing';
    for (const event of events) {
      if (event.offset <= copy.last) continue;
      copy.events.push(event);
      if (event.answers) copy.answers.push({ offset: event.offset, id: event.answers });
      copy.last = event.offset;
    }
    copy.events = copy.events.filter(({ offset }) => offset >= oldest).slice(-MOST_EVENTS);
    copy.isEnded ||= isEnded;
    return 'kept';
  }

  adopt(stream: string, generation: number): KeptStream | undefined {
    const copy = this.#copies.get(stream);
    if (!copy) return undefined;
    if (copy.generation > generation) throw new Error('The stream has another writer by now.');
    copy.runs = runsOf(copy);
    copy.generation = generation;
    const { about, last: published, runs, answers, isEnded } = copy;
    return { about, published, runs, answers: [...answers], isEnded };
  }

  read(stream: string, after: number, last: number): readonly LoggedEvent[] {
    const copy = this.#copies.get(stream);
    if (!copy) throw new HistoryLost(stream);
    const upTo = Math.min(last, copy.last);
    if (after >= upTo) return [];
    const found = copy.events.filter(({ offset }) => offset > after && offset <= upTo);
    return checkWhole(stream, after, upTo, found);
  }

  drop(stream: string, generation: number): void {
    if (this.#copies.get(stream)?.generation === generation) this.#copies.delete(stream);
  }

  clear(): void {
    this.#copies.clear();
  }

  #begin(
    stream: string,
    generation: number,
    { about, runs }: NonNullable<Writing['beginning']>,
    last: number,
  ): void {
    this.#copies.delete(stream);
    this.#copies.set(stream, { generation, about, runs, last, events: [], answers: [], isEnded: false });
    const [longest] = this.#copies.keys();
    if (this.#copies.size > MOST_STREAMS && longest !== undefined) this.#copies.delete(longest);
  }
}

function runsOf({ runs, generation, last }: Copy): readonly Run[] {
  return last > (runs.at(-1)?.last ?? 0) ? [...runs, { generation, last }] : runs;
}

/** What one node sees of them. */
export class HubFarLog implements FarLog {
  readonly #streams: HubStreams;
  readonly #mayReach: () => boolean;

  constructor(streams: HubStreams, mayReach: () => boolean) {
    this.#streams = streams;
    this.#mayReach = mayReach;
  }

  get isReached(): boolean {
    return this.#mayReach();
  }

  together(write: () => void): void {
    write();
  }

  async write(writing: Writing): Promise<Outcome> {
    return this.#reached().write(writing);
  }

  async adopt(stream: string, generation: number): Promise<KeptStream | undefined> {
    return this.#reached().adopt(stream, generation);
  }

  async read(stream: string, after: number, last: number): Promise<readonly LoggedEvent[]> {
    return this.#reached().read(stream, after, last);
  }

  drop(stream: string, generation: number): void {
    if (this.#mayReach()) this.#streams.drop(stream, generation);
  }

  touch(): void {}

  #reached(): HubStreams {
    if (!this.#mayReach()) throw new Error('What nodes share cannot be reached.');
    return this.#streams;
  }
}
