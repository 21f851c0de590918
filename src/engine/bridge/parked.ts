/** A call whose client was asked and has not come back yet: one round of it, known by one state that opens once. */
import type { ErrorWord } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/message.ts';
import type { Payers } from '../account.ts';
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
  readonly payers: Payers;
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
    payers: Payers,
    questions: ReadonlyMap<string, Question>,
    exchange: BridgedExchange | undefined,
  ) {
    super();
    this.state = state;
    this.mount = mount;
    this.payers = payers;
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

/** All that are parked, by the ids of their states, paid for by their callers. */
export class ParkedCalls {
  readonly #all = new Map<string, Parked>();

  get size(): number {
    return this.#all.size;
  }

  get(id: string): Parked | undefined {
    return this.#all.get(id);
  }

  values(): Iterable<Parked> {
    return this.#all.values();
  }

  add(parked: Parked): void {
    this.#all.set(parked.state.id, parked);
    parked.payers.take('parked');
  }

  delete(parked: Parked): void {
    if (this.#all.delete(parked.state.id)) parked.payers.giveBack('parked');
  }
}
