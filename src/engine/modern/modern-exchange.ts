/** A modern request on its way to a server in the words in which it came. */
import { memberAt } from '../../protocol/cuts.ts';
import { ERRORS, type ErrorWord } from '../../protocol/errors.ts';
import type { Message } from '../../protocol/message.ts';
import { Exchange, type ExchangeOwner } from '../exchange.ts';
import type { ModernCall } from './modern-call.ts';

export class ModernExchange extends Exchange {
  readonly call: ModernCall;

  constructor(owner: ExchangeOwner, call: ModernCall, now: number) {
    super(owner, call.message, call, now);
    this.call = call;
    const { paramHeaders } = call.facts;
    if (paramHeaders) this.about = { method: this.method, target: call.message.target, paramHeaders };
  }

  override answer(message: Message): void {
    if (message.kind === 'error') this.call.code = codeOf(message);
    super.answer(message);
  }

  override fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    this.call.code = ERRORS[word].code;
    super.fail(word, message, data);
  }
}

const decoder = new TextDecoder();

/** The number of an error; that of an internal one where it has none. */
export function codeOf({ bytes, outcome }: Message): number {
  const { start, end } = memberAt(bytes, outcome, 'code');
  const code = end === 0 ? Number.NaN : Number(decoder.decode(bytes.subarray(start, end)));
  return Number.isInteger(code) ? code : ERRORS.internal_error.code;
}
