/**
 * The seats at one mount: who may have which, and who waits for one.
 *
 * Guarantees: a seat serves callers of one key only, and but for common ones a single call at a time; the number of seats
 * and of those who wait is bounded, and so is the time they wait; who came first is served first, unless what waits for
 * is another.
 */
import type { EngineContext } from '../context.ts';
import { Deadlines } from '../deadlines.ts';
import type { Message } from '../../protocol/message.ts';
import type { Mount } from '../line.ts';
import type { Timer } from '../ports.ts';
import { linksOf } from './mounts.ts';
import type { Parking } from './parking.ts';
import { type Place, type Taker, takerOf, type Use, Waiter } from './place.ts';
import { Seat } from './seat.ts';
import type { SeatCall, SeatHost } from './seat-host.ts';
import { Waiters } from './waiters.ts';

/** So much of the links to a server is one principal's for calls that nothing may run beside, so that its others get in … */
const SHARE_ALONE = 0.75;
/** … and so much in all, so that others do; of very few links its own calls get the last one. */
const SHARE = 0.875;
/** Common seats that a principal may have beside those. */
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
  /** By key; the one that was used last at the end. */
  readonly #byKey = new Map<string, Set<Seat>>();
  readonly #byPrincipal = new Map<string, number>();
  readonly #queue: Waiters;
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
    this.#queue = new Waiters(context, (waiter) => this.#tooLong(waiter));
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
    if (this.#queue.hasRoom(place.principal)) return this.#wait(new Waiter(place, taker, 0));
    return void taker.refuse('upstream_busy', 'Too many calls wait for this server already.');
  }

  leave(waiter: Waiter): void {
    this.#queue.remove(waiter);
  }

  /** Sends a call on its way as soon as there is a seat for it. */
  run(place: Place, seatCall: SeatCall): void {
    const { call } = seatCall;
    const waiter = this.lend(place, takerOf(seatCall));
    if (waiter) call.onCancel = () => this.leave(waiter);
  }

  #wait(waiter: Waiter): Waiter {
    this.#queue.add(waiter);
    return waiter;
  }

  #tooLong(waiter: Waiter): void {
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
    const known = this.#knownTo(place);
    if (known) return known;
    return this.#hasRoom(place) ? this.#open(place) : undefined;
  }

  /**
   * The best of those that are open: one that is watched, because what a call changes is announced where it runs; else the
   * one that was used last, because most of what servers remember of a caller is there.
   */
  #knownTo({ key, use }: Place): Seat | undefined {
    let best: Seat | undefined;
    for (const seat of this.#byKey.get(key) ?? []) {
      if (seat.isSpoilt || !isFit(seat, use)) continue;
      if (!best || worthOf(seat, use) >= worthOf(best, use)) best = seat;
    }
    return best;
  }

  /** Makes room by what nobody uses. */
  #hasRoom({ principal, use }: Place): boolean {
    const links = linksOf(this.mount);
    if (this.#of(principal) >= this.#mostOf(links, use) && !this.#dropIdle(principal)) return false;
    return this.#seats.size < Math.min(links, this.#limit) || this.#dropIdle();
  }

  /** How many seats one principal may have. */
  #mostOf(links: number, use: Use): number {
    const { seatsPerPool } = this.#context.settings;
    const alone = Math.min(seatsPerPool, Math.max(1, Math.floor(links * SHARE_ALONE)));
    if (use === 'alone') return alone;
    return Math.min(seatsPerPool + SPARE, Math.max(alone + 1, Math.floor(links * SHARE)));
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
    this.#touch(seat);
    seat.open();
    return seat;
  }

  /** It was used last. */
  #touch(seat: Seat): void {
    const seats = this.#byKey.get(seat.key) ?? new Set();
    this.#byKey.set(seat.key, seats);
    seats.delete(seat);
    seats.add(seat);
  }

  #of(principal: string): number {
    return this.#byPrincipal.get(principal) ?? 0;
  }

  #drop(seat: Seat): void {
    if (!this.#seats.delete(seat)) return;
    this.used(seat);
    const alike = this.#byKey.get(seat.key);
    alike?.delete(seat);
    if (alike?.size === 0) this.#byKey.delete(seat.key);
    const left = this.#of(seat.principal) - 1;
    if (left > 0) this.#byPrincipal.set(seat.principal, left);
    else this.#byPrincipal.delete(seat.principal);
    seat.close();
  }

  // --------------------------------------------------------------------------------- what becomes of them

  rested(seat: Seat): void {
    if (!this.#seats.has(seat)) return;
    this.#touch(seat);
    if (!seat.isUsed) this.#idles(seat);
    this.#serve();
  }

  #idles(seat: Seat): void {
    if (seat.isSpoilt) return this.#drop(seat);
    this.#idle.add(seat);
    this.#resting.add(seat);
  }

  used(seat: Seat): void {
    this.#idle.delete(seat);
    this.#resting.remove(seat);
  }

  spoilt(seat: Seat): void {
    if (seat.isUsed) return;
    this.#drop(seat);
    this.#serve();
  }

  announced(seat: Seat, message: Message): void {
    // A resource is subscribed to in one conversation only.
    if (message.target !== undefined) return;
    for (const other of this.#byKey.get(seat.key) ?? []) if (other !== seat) other.announce(message);
  }

  /** There may be room again when others are done. */
  startsAgain(seat: Seat, again: SeatCall): boolean {
    const { runtime, settings } = this.#context;
    const now = runtime.now();
    const others = this.#seats.size - 1;
    if (others < 1 || now - again.since >= settings.seatWaitMs) return false;
    this.#limit = Math.min(this.#limit, others);
    this.#retry ??= runtime.after(RETRY_MS, () => this.#tryAgain());
    const { call, isAlone } = again;
    const place: Place = { ...seat.place, use: isAlone ? 'alone' : 'common' };
    const waiter = this.#wait(new Waiter(place, takerOf(again), now + RETRY_MS));
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
    this.#queue.close();
  }
}

function isFit(seat: Seat, use: Use): boolean {
  if (use === 'any') return true;
  return use === 'alone' ? seat.inFlight === 0 : !seat.isTaken;
}

function worthOf(seat: Seat, use: Use): number {
  if (seat.isWatched) return 2;
  return use !== 'alone' && seat.inFlight > 0 ? 1 : 0;
}
