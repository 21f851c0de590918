/**
 * What was said on a stream: numbered, kept where the stream can be taken up again, and in whose time it was said.
 *
 * A session may change hands. Each time its generation goes up; offsets go on. What the owner before wrote to its client in its last moment
 * may not have reached the log: an event id names its generation, so that one past the end of it means that end.
 */
import { Answers } from './answers.ts';
import { joined } from './bytes.ts';
import type { EngineContext } from './context.ts';
import { type EventId, formatEventId } from './event-id.ts';
import type { Bytes } from './ports.ts';
import type { EventFacts, KeptStream, LoggedEvent, Run } from './ports-backplane.ts';

/** Whose history it is. */
export interface HistoryOwner {
  readonly id: string;
  /** How often it changed hands, from 1; 0 where it cannot. */
  readonly generation: number;
}

/** A session that changes hands more often has other troubles. */
const MOST_RUNS = 64;

export class History {
  readonly #number: number;
  readonly #owner: HistoryOwner;
  readonly #context: EngineContext;
  readonly #isKept: boolean;
  readonly #answers = new Answers();
  #published = 0;
  #runs: Run[] | undefined;

  /** @param isKept whether any of it can be asked for again */
  constructor(number: number, owner: HistoryOwner, isKept: boolean, context: EngineContext) {
    this.#number = number;
    this.#owner = owner;
    this.#isKept = isKept;
    this.#context = context;
  }

  /** The offset of the last event. */
  get published(): number {
    return this.#published;
  }

  /** The id that a resumption after `offset` names. */
  eventId(offset: number): string {
    const { generation } = this.#owner;
    const epoch = generation === 0 ? this.#context.epoch : String(generation);
    return formatEventId(epoch, this.#number, offset);
  }

  /** Up to where a client has it that names this id; undefined for one that was never given. */
  placeOf({ epoch, offset }: EventId): number | undefined {
    const { generation } = this.#owner;
    if (generation === 0 || epoch === String(generation))
      return offset <= this.#published ? offset : undefined;
    const said = Number(epoch);
    const [first] = this.#runs ?? [];
    // What was said before those that are known is not known to be there; before its first event nothing was said.
    if (!first) return offset === 0 ? 0 : undefined;
    if (said < first.generation && this.#runs?.length === MOST_RUNS) return undefined;
    let last = 0;
    for (const run of this.#runs ?? []) if (run.generation <= said) last = run.last;
    return Math.min(offset, last);
  }

  /** Whether it was said by an owner before, of which not everything may be known. */
  isBefore(epoch: string): boolean {
    const { generation } = this.#owner;
    return generation > 0 && epoch !== String(generation);
  }

  /** Whether an id was given in the time of this session. */
  knows(epoch: string): boolean {
    const { generation } = this.#owner;
    if (generation === 0) return epoch === this.#context.epoch;
    return /^[1-9]\d{0,5}$/.test(epoch) && Number(epoch) <= generation;
  }

  /** Adds an event; its offset. @param answers the raw id of the request that it answers */
  add(data: Bytes, isAnswer = false, answers?: Uint8Array): number {
    const offset = ++this.#published;
    if (!this.#isKept) return offset;
    this.#context.log.append(this.#name, offset, joined(data), this.#facts(answers));
    if (isAnswer) this.#answers.add(offset, answers);
    return offset;
  }

  /** Rejects with `HistoryLost` where not all of it is kept. */
  read(after: number): AsyncIterable<LoggedEvent> {
    return this.#context.log.read(this.#name, after);
  }

  /** The answers with an offset in `(after, last]`, as far as they can still be told. */
  answers(after: number, last: number): AsyncIterable<LoggedEvent> {
    return this.#answers.between(after, last, this.#context.log, this.#name);
  }

  /** Nobody will ask for any of it again. */
  drop(): void {
    if (this.#isKept && this.#published > 0) this.#context.log.drop(this.#name);
  }

  // ------------------------------------------------------------------------------------ for other nodes

  /** Says what the stream is for, before its first event. */
  begin(about: () => Uint8Array): void {
    const { generation } = this.#owner;
    if (this.#isKept && generation > 0) this.#context.log.begin(this.#name, about(), generation);
  }

  /** Nothing more is said. */
  end(): void {
    const { generation } = this.#owner;
    if (this.#isKept && generation > 0) this.#context.log.end(this.#name, generation);
  }

  /** What another node left of it; undefined where that is nothing. */
  async adopt(): Promise<KeptStream | undefined> {
    const kept = await this.#context.log.adopt(this.#name, this.#owner.generation);
    if (!kept) return undefined;
    this.#published = kept.published;
    // Nothing was said in a generation without a run of its own.
    this.#runs = [{ generation: 0, last: 0 }, ...kept.runs].slice(-MOST_RUNS);
    for (const { offset, id } of kept.answers) this.#answers.add(offset, id);
    return kept;
  }

  /** Its owner claimed it anew. @param generation the one that is over */
  turned(generation: number): void {
    this.#runs = [
      ...(this.#runs ?? [{ generation: 0, last: 0 }]),
      { generation, last: this.#published },
    ].slice(-MOST_RUNS);
  }

  get #name(): string {
    return `${this.#owner.id}/${this.#number}`;
  }

  #facts(answers: Uint8Array | undefined): EventFacts | undefined {
    const { generation } = this.#owner;
    return generation === 0 ? undefined : { generation, answers };
  }
}
