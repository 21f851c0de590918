/** Who listens at legacy servers: each by the common seat of its caller, as soon as there is one. */
import type { EngineContext } from '../context.ts';
import type { Listener, ListenSource } from '../modern/listener.ts';
import type { ModernCall } from '../modern/modern-call.ts';
import type { Taker } from './place.ts';
import type { Seat } from './seat.ts';
import { SeatListens } from './seat-listens.ts';

/** Gives a call its common seat; returns what ends the waiting for it. */
type Lend = (call: ModernCall, taker: Taker) => (() => void) | undefined;

export class BridgedListens implements ListenSource {
  readonly #lend: Lend;
  readonly #context: EngineContext;
  readonly #bySeat = new Map<Seat, SeatListens>();
  /** What is to be done when one goes away. */
  readonly #leaving = new Map<Listener, () => void>();

  constructor(lend: Lend, context: EngineContext) {
    this.#lend = lend;
    this.#context = context;
  }

  join(listener: Listener): void {
    const leave = this.#lend(listener.call, {
      take: (seat) => this.#seated(listener, seat),
      refuse: (word, message) => listener.fail(word, message),
    });
    if (leave) this.#leaving.set(listener, leave);
  }

  leave(listener: Listener): void {
    this.#leaving.get(listener)?.();
    this.#leaving.delete(listener);
  }

  #seated(listener: Listener, seat: Seat): void {
    if (listener.call.isOver) return;
    const known = this.#bySeat.get(seat);
    const listens = known ?? new SeatListens(seat, this.#context, () => this.#bySeat.delete(seat));
    this.#bySeat.set(seat, listens);
    this.#leaving.set(listener, () => listens.leave(listener));
    listens.join(listener);
  }
}
