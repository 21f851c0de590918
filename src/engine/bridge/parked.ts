/** A call whose client was asked and has not come back yet: one round of it, known by one state that opens once. */
import type { ErrorWord } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/message.ts';
import { Timed } from '../deadlines.ts';
import type { Mount } from '../line.ts';
import type { BridgedExchange } from './bridged-exchange.ts';
import type { InputState } from './input-state.ts';
import type { Question } from './questions.ts';

/** An error of ours that came while nobody waited. */
export interface KeptFailure {
  readonly word: ErrorWord;
  readonly message: string;
  readonly data?: Record<string, unknown> | undefined;
}

/** A larger answer is not kept for a client that may never come back. */
const KEPT_BYTES = 128 * 1024;

export class Parked extends Timed {
  readonly state: InputState;
  readonly mount: Mount;
  /** What its client was asked in this round. */
  readonly questions: ReadonlyMap<string, Question>;
  /** Undefined where the server does not wait: it wants the call again. */
  readonly exchange: BridgedExchange | undefined;
  /** By which its rounds are told to be of one call. */
  tie: string | undefined;
  /** What came while nobody waited: the last word of the server, or why there is none. */
  kept: Message | KeptFailure | undefined;

  constructor(
    state: InputState,
    mount: Mount,
    questions: ReadonlyMap<string, Question>,
    exchange: BridgedExchange | undefined,
  ) {
    super();
    this.state = state;
    this.mount = mount;
    this.questions = questions;
    this.exchange = exchange;
  }

  keep(outcome: Message | KeptFailure): void {
    const isLarge = 'bytes' in outcome && (outcome.gap !== undefined || outcome.bytes.length > KEPT_BYTES);
    this.kept = isLarge ? TOO_LARGE : outcome;
  }
}

const TOO_LARGE: KeptFailure = {
  word: 'answer_too_large',
  message: `The server answered without waiting, with more than the ${KEPT_BYTES} bytes that are kept meanwhile.`,
};

/** All that are parked, by the ids of their states, and how many are whose. */
export class ParkedCalls {
  readonly #all = new Map<string, Parked>();
  readonly #byPrincipal = new Map<string, number>();

  get size(): number {
    return this.#all.size;
  }

  of(principal: string): number {
    return this.#byPrincipal.get(principal) ?? 0;
  }

  get(id: string): Parked | undefined {
    return this.#all.get(id);
  }

  values(): Iterable<Parked> {
    return this.#all.values();
  }

  add(parked: Parked): void {
    const { id, principal } = parked.state;
    this.#all.set(id, parked);
    this.#byPrincipal.set(principal, this.of(principal) + 1);
  }

  delete({ state: { id, principal } }: Parked): void {
    if (!this.#all.delete(id)) return;
    const left = this.of(principal) - 1;
    if (left > 0) this.#byPrincipal.set(principal, left);
    else this.#byPrincipal.delete(principal);
  }
}
