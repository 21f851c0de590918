/** Who wants a seat, and what for. */
import type { ErrorWord } from '../../protocol/errors.ts';
import { Timed } from '../deadlines.ts';
import type { Forwarded } from '../forwarded.ts';
import type { Seat } from './seat.ts';
import type { SeatCall } from './seat-host.ts';

/**
 * `alone`: for a call that nothing may run beside; `common`: for those that may run beside each other; `any`: to watch it,
 * or to know what the server said of itself.
 */
export type Use = 'alone' | 'common' | 'any';

/** Whom a seat is for. */
export interface Place {
  /** Equal for callers who may have the same one. */
  readonly key: string;
  readonly principal: string;
  readonly forwarded: Forwarded;
  readonly use: Use;
  /** Params of `initialize` as JSON text. */
  readonly hello: string;
}

/** What is done with a seat, or told where none is to be had. */
export interface Taker {
  take(seat: Seat): void;
  refuse(word: ErrorWord, message: string): void;
}

/** Somebody who waits for a seat. */
export class Waiter extends Timed {
  readonly place: Place;
  readonly taker: Taker;
  /** It is not tried before. */
  readonly from: number;

  constructor(place: Place, taker: Taker, from: number) {
    super();
    this.place = place;
    this.taker = taker;
    this.from = from;
  }
}

export function takerOf(seatCall: SeatCall): Taker {
  return {
    take: (seat) => seat.run(seatCall),
    refuse: (word, message) => seatCall.call.fail(word, message),
  };
}
