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
import { filterOf } from './listen-filter.ts';
import { Listener, type ListenSource } from './listener.ts';
import type { ModernCall } from './modern-call.ts';

export const LISTEN = 'subscriptions/listen';

/** Why listening ends; told to those who were not acknowledged yet. */
export interface Ending {
  readonly word: ErrorWord;
  readonly message: string;
}

export class Listens {
  readonly #settings: Settings;
  readonly #listeners = new Set<Listener>();
  readonly #byPrincipal = new Map<string, number>();

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
    const own = this.#byPrincipal.get(principal) ?? 0;
    const { modernListens, modernListensPerPrincipal } = this.#settings;
    if (this.#listeners.size >= modernListens || own >= modernListensPerPrincipal)
      return call.fail('too_many_calls', 'Too many listen already.');
    const source = sourceFor();
    const listener = new Listener(call, wanted);
    this.#listeners.add(listener);
    this.#byPrincipal.set(principal, own + 1);
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
    const left = (this.#byPrincipal.get(principal) ?? 1) - 1;
    if (left > 0) this.#byPrincipal.set(principal, left);
    else this.#byPrincipal.delete(principal);
  }
}
