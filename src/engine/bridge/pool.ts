/**
 * The seats at one mount: who may have which, and who waits for one.
 *
 * Guarantees: a seat serves callers of one key only, and but for common ones a single call at a time; the number of seats
 * and of those who wait is bounded, and so is the time they wait; who came first is served first, unless what waits for
 * is another.
 */
import type { EngineContext } from '../context.ts';
import { Deadlines, Timed } from '../deadlines.ts';
import type { Forwarded } from '../forwarded.ts';
import type { Mount } from '../line.ts';
import type { ErrorWord } from '../../protocol/errors.ts';
import type { Timer } from '../ports.ts';
import { linksOf } from './mounts.ts';
import type { Parking } from './parking.ts';
import { Seat } from './seat.ts';
import type { SeatCall, SeatHost } from './seat-host.ts';

/** Whom a seat is for. */
export interface Place {
  /** Equal for callers who may have the same one. */
  readonly key: string;
  readonly principal: string;
  readonly forwarded: Forwarded;
  /** For all calls at once that cannot be asked; else for one at a time. */
  readonly isCommon: boolean;
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

/** So much of the links to a server is one principal's at most, so that others get in. */
const SHARE = 0.75;
/** Common seats that a principal may have beside all its others. */
const SPARE = 8;
/** A server that had no room is tried again after so long. */
const RETRY_MS = 250;

export class Pool implements SeatHost {
  readonly mount: Mount;
  readonly parking: Parking;
  readonly #context: EngineContext;
  readonly #seats = new Set<Seat>();
  /** Nobody uses them; the one that rests longest first. */
  readonly #idle = new Set<Seat>();
  readonly #resting: Deadlines<Seat>;
  readonly #commons = new Map<string, Seat>();
  readonly #byPrincipal = new Map<string, number>();
  readonly #queue = new Set<Waiter>();
  readonly #waiting: Deadlines<Waiter>;
  /** As many seats as the server had room for, where it said so lately. */
  #limit = Number.POSITIVE_INFINITY;
  #retry: Timer | undefined;
  #isServing = false;

  constructor(mount: Mount, parking: Parking, context: EngineContext) {
    this.mount = mount;
    this.parking = parking;
    this.#context = context;
    const { runtime, settings } = context;
    this.#resting = new Deadlines(runtime, settings.statelessIdleMs, (seat) => this.#drop(seat));
    this.#waiting = new Deadlines(runtime, settings.seatWaitMs, (waiter) => this.#tooLong(waiter));
  }

  get size(): number {
    return this.#seats.size;
  }

  get queued(): number {
    return this.#queue.size;
  }

  // --------------------------------------------------------------------------------------------- takers

  /** Gives a seat, now or as soon as there is one. @returns who waits, if so: to be told when nobody does any more */
  lend(place: Place, taker: Taker): Waiter | undefined {
    const seat = this.#seatFor(place);
    if (seat) return void taker.take(seat);
    if (this.#queue.size < this.#context.settings.seatsAwaited)
      return this.#wait(new Waiter(place, taker, 0));
    return void taker.refuse('upstream_busy', 'Too many calls wait for this server already.');
  }

  leave(waiter: Waiter): void {
    this.#queue.delete(waiter);
    this.#waiting.remove(waiter);
  }

  /** Sends a call on its way as soon as there is a seat for it. */
  run(place: Place, seatCall: SeatCall): void {
    const { call } = seatCall;
    const waiter = this.lend(place, takerOf(seatCall));
    if (waiter) call.onCancel = () => this.leave(waiter);
  }

  #wait(waiter: Waiter): Waiter {
    this.#queue.add(waiter);
    this.#waiting.add(waiter);
    return waiter;
  }

  #tooLong(waiter: Waiter): void {
    this.#queue.delete(waiter);
    const inUse = this.#seats.size - this.#idle.size;
    const why = `All ${inUse} conversations with the server were in use for too long.`;
    waiter.taker.refuse('upstream_busy', why);
  }

  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    const now = this.#context.runtime.now();
    for (const waiter of this.#queue) {
      const seat = waiter.from > now ? undefined : this.#seatFor(waiter.place);
      if (!seat) continue;
      this.leave(waiter);
      waiter.taker.take(seat);
    }
    this.#isServing = false;
  }

  // ---------------------------------------------------------------------------------------------- seats

  #seatFor(place: Place): Seat | undefined {
    const known = place.isCommon ? this.#commons.get(place.key) : this.#restingAt(place.key);
    if (known) return known;
    return this.#hasRoom(place) ? this.#open(place) : undefined;
  }

  /** The one that was used last: most of what servers remember of a caller is there. */
  #restingAt(key: string): Seat | undefined {
    let last: Seat | undefined;
    for (const seat of this.#idle) if (!seat.isCommon && seat.key === key) last = seat;
    return last;
  }

  /** Makes room by what nobody uses. */
  #hasRoom({ principal, isCommon }: Place): boolean {
    const links = linksOf(this.mount);
    const share = links === Number.POSITIVE_INFINITY ? links : Math.max(1, Math.ceil(links * SHARE));
    const most = Math.min(this.#context.settings.seatsPerPool, share) + (isCommon ? SPARE : 0);
    if (this.#of(principal) >= most && !this.#dropIdle(principal)) return false;
    return this.#seats.size < Math.min(links, this.#limit) || this.#dropIdle();
  }

  #dropIdle(principal?: string): boolean {
    for (const seat of this.#idle) {
      if (principal !== undefined && seat.principal !== principal) continue;
      this.#drop(seat);
      return true;
    }
    return false;
  }

  #open(place: Place): Seat {
    const seat = new Seat(this.mount, place, this, this.#context);
    this.#seats.add(seat);
    this.#byPrincipal.set(place.principal, this.#of(place.principal) + 1);
    if (place.isCommon) this.#commons.set(place.key, seat);
    seat.open();
    return seat;
  }

  #of(principal: string): number {
    return this.#byPrincipal.get(principal) ?? 0;
  }

  #drop(seat: Seat): void {
    if (!this.#seats.delete(seat)) return;
    this.used(seat);
    if (this.#commons.get(seat.key) === seat) this.#commons.delete(seat.key);
    const left = this.#of(seat.principal) - 1;
    if (left > 0) this.#byPrincipal.set(seat.principal, left);
    else this.#byPrincipal.delete(seat.principal);
    seat.close();
  }

  // --------------------------------------------------------------------------------- what becomes of them

  rested(seat: Seat): void {
    if (!this.#seats.has(seat)) return;
    if (seat.isSpoilt) this.#drop(seat);
    else {
      this.#idle.add(seat);
      this.#resting.add(seat);
    }
    this.#serve();
  }

  used(seat: Seat): void {
    this.#idle.delete(seat);
    this.#resting.remove(seat);
  }

  spoilt(seat: Seat): void {
    if (this.#commons.get(seat.key) === seat) this.#commons.delete(seat.key);
    if (seat.isUsed) return;
    this.#drop(seat);
    this.#serve();
  }

  /** There may be room again when others are done. */
  startsAgain(seat: Seat, again: SeatCall): boolean {
    const { runtime, settings } = this.#context;
    const now = runtime.now();
    const others = this.#seats.size - 1;
    if (others < 1 || now - again.since >= settings.seatWaitMs) return false;
    this.#limit = Math.min(this.#limit, others);
    this.#retry ??= runtime.after(RETRY_MS, () => this.#tryAgain());
    const { call } = again;
    const waiter = this.#wait(new Waiter(seat.place, takerOf(again), now + RETRY_MS));
    call.onCancel = () => this.leave(waiter);
    return true;
  }

  #tryAgain(): void {
    this.#retry = undefined;
    this.#limit = Number.POSITIVE_INFINITY;
    this.#serve();
  }

  // ---------------------------------------------------------------------------------------------- ending

  dropUnless(allows: (principal: string) => boolean): void {
    for (const waiter of this.#queue) {
      if (allows(waiter.place.principal)) continue;
      this.leave(waiter);
      waiter.taker.refuse('session_closed', 'The way to this server was closed.');
    }
    for (const seat of this.#seats) if (!allows(seat.principal)) this.#drop(seat);
    this.#serve();
  }

  close(): void {
    this.dropUnless(() => false);
    this.#retry?.cancel();
    this.#resting.clear();
    this.#waiting.clear();
  }
}

function takerOf(seatCall: SeatCall): Taker {
  return {
    take: (seat) => seat.run(seatCall),
    refuse: (word, message) => seatCall.call.fail(word, message),
  };
}
