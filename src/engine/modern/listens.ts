/**
 * Those who listen, whoever hears for them: taken in, counted, and ended in good order.
 *
 * Guarantees: bounded, in all and of one principal; none ever times out; none is left open whose mount is gone, whose
 * key is gone, or when the gateway drains.
 *
 * Source: MCP 2026-07-28, subscriptions.
 */
import type { ErrorWord } from '../../protocol/errors.ts';
import type { Mount } from '../line.ts';
import type { EngineContext } from '../context.ts';
import { overdrawn } from '../overdrawn.ts';
import { Shares } from '../shares.ts';
import { filterOf, sizeOf } from './listen-filter.ts';
import { Listener, type ListenSource } from './listener.ts';
import type { ModernCall } from './modern-call.ts';

export const LISTEN = 'subscriptions/listen';

/** What one principal may name in all: it is kept for each who listens, and gone through whenever somebody comes or goes. */
const MOST_NAMED = 100_000;

/** Why listening ends; told to those who were not acknowledged yet. */
export interface Ending {
  readonly word: ErrorWord;
  readonly message: string;
}

export class Listens {
  readonly #context: EngineContext;
  readonly #listeners = new Set<Listener>();
  /** What they name, counted as often as they do. */
  readonly #named = new Shares();

  constructor(context: EngineContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** @param sourceFor who hears what is listened for; asked for when the call is in good order */
  take(call: ModernCall, sourceFor: () => ListenSource): void {
    const wanted = filterOf(call.message, this.#context.settings);
    if (typeof wanted === 'string') return call.fail('invalid_params', wanted);
    const { principal } = call.facts;
    const payers = call.facts.payers ?? this.#context.ledger.payersOf(call.facts);
    const refusal = overdrawn(payers, 'listens');
    if (refusal) return call.fail(refusal.word, refusal.message, refusal.data);
    if (this.#named.of(principal) + sizeOf(wanted) > MOST_NAMED)
      return call.fail('too_many_calls', 'Too much is listened for already.');
    const source = sourceFor();
    const listener = new Listener(call, wanted);
    this.#listeners.add(listener);
    payers.take('listens');
    this.#named.change(principal, sizeOf(wanted));
    const counted = call.onOver;
    listener.release = () => {
      call.onOver = counted;
      if (this.#left(listener)) payers.giveBack('listens');
      source.leave(listener);
    };
    call.onOver = () => {
      listener.release?.();
      counted?.();
    };
    source.join(listener);
  }

  /** Ends those that are meant, in good order. */
  end(why: Ending, isMeant: (principal: string, mount: Mount) => boolean = () => true): void {
    for (const listener of [...this.#listeners]) {
      const { principal, mount } = listener.call.facts;
      if (isMeant(principal, mount)) listener.end(why);
    }
  }

  /** Ends one, if it listens. */
  endOf(call: ModernCall, why: Ending): void {
    for (const listener of this.#listeners) if (listener.call === call) return listener.end(why);
  }

  #left(listener: Listener): boolean {
    if (!this.#listeners.delete(listener)) return false;
    const { principal } = listener.call.facts;
    this.#named.change(principal, -sizeOf(listener.wanted));
    return true;
  }
}
