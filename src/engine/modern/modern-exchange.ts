/** A modern request on its way to a server in the words in which it came. */
import { cut, memberAt } from '../../protocol/cuts.ts';
import { ALL_VERSIONS } from '../../protocol/era.ts';
import { ERRORS, type ErrorWord } from '../../protocol/errors.ts';
import { ANY_SIZE, readMessage, type Message } from '../../protocol/message.ts';
import { codeOf } from '../error-code.ts';
import { Exchange, type ExchangeOwner } from '../exchange.ts';
import type { UpstreamFault } from '../ports.ts';
import type { ModernCall } from './modern-call.ts';

/** Who finds out whether a server that does not understand a call did so before. */
export interface EraWatch extends ExchangeOwner {
  /** True when the call is served otherwise. */
  isForeign(call: ModernCall, met: Message | UpstreamFault): boolean;
}

export class ModernExchange extends Exchange {
  readonly call: ModernCall;
  readonly #watch: EraWatch;

  constructor(owner: EraWatch, call: ModernCall, now: number) {
    super(owner, call.message, call, now);
    this.call = call;
    call.exchange = this;
    this.trail = call.trail;
    this.seenAs = call.seenAs;
    this.span = call.span;
    this.#watch = owner;
    const { paramHeaders } = call;
    if (paramHeaders) this.about = { method: this.method, target: call.message.target, paramHeaders };
  }

  override get principal(): string {
    return this.call.facts.principal;
  }

  override answer(message: Message): void {
    if (message.kind === 'error') {
      if (this.#isForeign(message)) return;
      this.call.code = codeOf(message);
    }
    super.answer(this.method === 'server/discover' ? withOurVersions(message) : message);
  }

  override lost(fault: UpstreamFault, isUnsent: boolean): void {
    if (!this.#isForeign(fault)) super.lost(fault, isUnsent);
  }

  override fail(word: ErrorWord, message: string, data?: Record<string, unknown>): void {
    this.call.code = ERRORS[word].code;
    super.fail(word, message, data);
  }

  #isForeign(met: Message | UpstreamFault): boolean {
    if (this.isOver || !this.#watch.isForeign(this.call, met)) return false;
    this.finish('wrong_era');
    return true;
  }
}

/**
 * What a client may speak is what is spoken here: over the bridge more than its server knows, and never what this
 * gateway does not know.
 */
function withOurVersions(message: Message): Message {
  const { bytes, outcome, gap } = message;
  const { start, end } = memberAt(bytes, outcome, 'supportedVersions');
  return end === 0 || gap
    ? message
    : readMessage(cut(bytes, [{ start, end, by: VERSIONS }]), ANY_SIZE, 'envelope');
}

const VERSIONS = new TextEncoder().encode(JSON.stringify(ALL_VERSIONS));
