/** A request of the gateway's own whose answer it reads itself: an exchange without a client. */
import type { ErrorWord } from '../protocol/errors.ts';
import { ANY_SIZE, readMessage, type Message } from '../protocol/message.ts';
import { Exchange, type ExchangeOwner, type Sink } from './exchange.ts';
import { joined } from './bytes.ts';
import { fail } from './faults.ts';
import { request } from './notice.ts';
import type { Bytes, UpstreamFault } from './ports.ts';

/** Why there is no answer: a stable word, and a sentence fit for a client. */
export interface Failure {
  readonly word: ErrorWord;
  readonly message: string;
  /** It may be well again in a moment. */
  readonly isPassing?: boolean;
  /** Further members of `error.data`. */
  readonly data?: Record<string, unknown> | undefined;
}

/** Called exactly once, with the server's answer (be it a result or an error) or with the reason why there is none. */
export type Answered = (answer: Message | Failure) => void;

export class OwnCall extends Exchange {
  /** To be handed to a line or a conversation together with the call. */
  readonly message: Message;
  readonly #answered: Answered;

  /** @param params JSON text */
  constructor(method: string, params: string, now: number, answered: Answered) {
    const message = readMessage(request(0, method, params));
    super(NOBODY, message, NOWHERE, now);
    this.message = message;
    this.#answered = answered;
  }

  override get isOwn(): boolean {
    return true;
  }

  override answer(message: Message): void {
    if (this.finish(message.kind === 'error' ? 'error' : 'ok')) this.#answered(message);
  }

  override lost(fault: UpstreamFault, _isUnsent: boolean): void {
    if (!fault.isRecoverable) fail(this, fault);
    else if (this.finish('upstream_failed'))
      this.#answered({ word: 'upstream_failed', message: fault.message, isPassing: true });
  }

  /** An answer that was kept. */
  override answerWith(data: Bytes, outcome = 'ok'): void {
    if (this.finish(outcome)) this.#answered(readMessage(joined(data), ANY_SIZE, 'envelope'));
  }

  override fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    if (this.finish(word)) this.#answered({ word, message, data });
  }
}

/** One that stands for a client's: it counts as that would. */
export class ClientsCall extends OwnCall {
  override get isOwn(): boolean {
    return false;
  }
}

export function isFailure(answer: Message | Failure): answer is Failure {
  return 'word' in answer;
}

const NOBODY: ExchangeOwner = {
  id: '',
  serverName: '',
  ended: () => undefined,
  calledOff: (exchange, reason) => exchange.upstream?.callOff(exchange, reason),
};

const NOWHERE: Sink = {
  event: () => undefined,
  answer: () => undefined,
  cancelled: () => undefined,
  isFollowed: false,
};
