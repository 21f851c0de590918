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
import type { Settings } from '../settings.ts';
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
  readonly #settings: Settings;
  readonly #listeners = new Set<Listener>();
  readonly #counts = new Shares();
  /** What they name, counted as often as they do. */
  readonly #named = new Shares();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** @param sourceFor who hears what is listened for; asked for when the call is in good order */
  take(call: ModernCall, sourceFor: () => ListenSource): void {
    const wanted = filterOf(call.message, this.#settings);
    if (typeof wanted === 'string') return call.fail('invalid_params', wanted);
    const { principal } = call.facts;
    const { modernListens, modernListensPerPrincipal } = this.#settings;
    if (this.#counts.all >= modernListens || this.#counts.of(principal) >= modernListensPerPrincipal)
      return call.fail('too_many_calls', 'Too many listen already.');
    if (this.#named.of(principal) + sizeOf(wanted) > MOST_NAMED)
      return call.fail('too_many_calls', 'Too much is listened for already.');
    const source = sourceFor();
    const listener = new Listener(call, wanted);
    this.#listeners.add(listener);
    this.#counts.change(principal, 1);
    this.#named.change(principal, sizeOf(wanted));
    const counted = call.onOver;
    listener.release = () => {
      call.onOver = counted;
      this.#left(listener);
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

  #left(listener: Listener): void {
    this.#listeners.delete(listener);
    const { principal } = listener.call.facts;
    this.#counts.change(principal, -1);
    this.#named.change(principal, -sizeOf(listener.wanted));
  }
}
