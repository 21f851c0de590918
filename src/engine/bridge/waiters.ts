/** Those who wait for a seat at one mount, in order; bounded in all, of one principal, and in time. */
import type { EngineContext } from '../context.ts';
import { Deadlines } from '../deadlines.ts';
import { Shares } from '../shares.ts';
import type { Waiter } from './place.ts';

export class Waiters implements Iterable<Waiter> {
  readonly #context: EngineContext;
  readonly #queue = new Set<Waiter>();
  readonly #shares = new Shares();
  readonly #deadlines: Deadlines<Waiter>;

  /** @param tooLong told of one that has left because its time is over */
  constructor(context: EngineContext, tooLong: (waiter: Waiter) => void) {
    this.#context = context;
    this.#deadlines = new Deadlines(context.runtime, context.settings.seatWaitMs, (waiter) => {
      this.remove(waiter);
      tooLong(waiter);
    });
  }

  get size(): number {
    return this.#queue.size;
  }

  hasRoom(principal: string): boolean {
    const { seatsAwaited, seatsAwaitedPerPrincipal } = this.#context.settings;
    return this.#shares.all < seatsAwaited && this.#shares.of(principal) < seatsAwaitedPerPrincipal;
  }

  add(waiter: Waiter): void {
    this.#queue.add(waiter);
    this.#shares.change(waiter.place.principal, 1);
    this.#deadlines.add(waiter);
  }

  remove(waiter: Waiter): void {
    if (!this.#queue.delete(waiter)) return;
    this.#shares.change(waiter.place.principal, -1);
    this.#deadlines.remove(waiter);
  }

  /** To be called when all have left. */
  close(): void {
    this.#deadlines.clear();
  }

  [Symbol.iterator](): Iterator<Waiter> {
    return this.#queue.values();
  }
}
