/**
 * How a gateway goes away, so that nobody loses anything: it says that it is not ready, waits until those who send
 * clients have noticed, lets go of each session as its calls are answered, and waits for the rest for a bounded time.
 *
 * Guarantees: over after `drainDelayMs` and `drainMs` at the latest; one timer at a time, none is left.
 */
import type { EngineContext } from './context.ts';
import type { Timer } from './ports.ts';

/** What goes away, as far as this needs it. */
export interface Leaver {
  /** Requests in flight, whoever asked. */
  readonly inFlight: number;
  /** Calls whose clients were asked something, and have not come back with answers. */
  readonly parked: number;
  /** Those that are open now. */
  retiring(): readonly Retiring[];
}

/** Something that ends as soon as no call of it is in flight. */
export interface Retiring {
  retire(): void;
  /** From now on it takes no requests, so that those in flight come to their end. */
  refuseMore(): void;
}

/** Between two looks at what is still in flight. */
const LOOK_MS = 50;
/** Of the time that calls have, so much goes by until all that is idle was let go of: not all come back elsewhere at once. */
const SPREAD = 0.25;
const MOST_SPREAD_MS = 5_000;
/** So many are let go of at a time at the least. */
const LEAST_SLICE = 200;
/** After this part of the time, clients that go on asking are told to ask elsewhere. */
const PATIENT = 0.5;

export class Departure {
  /** No new sessions are taken. */
  isBegun = false;
  /** Nothing is taken any more that belongs to no session. */
  isLeaving = false;
  readonly #leaver: () => Leaver;
  readonly #context: EngineContext;
  readonly #leaveListeners: (() => void)[] = [];
  readonly #others: (() => number)[] = [];
  #timer: Timer | undefined;
  #done: () => void = () => {};
  /** When the time of calls began. */
  #since = 0;
  #isStrict = false;
  #idle: Retiring[] = [];
  #slice = 0;

  constructor(leaver: () => Leaver, context: EngineContext) {
    this.#leaver = leaver;
    this.#context = context;
  }

  /** Calls once what serves no call is to end, so that its clients come back elsewhere; at once where it is. */
  onLeave(listener: () => void): void {
    if (this.isLeaving) listener();
    else this.#leaveListeners.push(listener);
  }

  /** What else is in flight, beside requests of sessions and modern calls: waited for, too. */
  alsoInFlight(count: () => number): void {
    this.#others.push(count);
  }

  /** What was said to be in flight beside the rest. */
  get others(): number {
    let sum = 0;
    for (const count of this.#others) sum += count();
    return sum;
  }

  /** Resolves when nothing is in flight and all was taken that was said, or when there is no more time. */
  begin(): Promise<void> {
    this.isBegun = true;
    const { drainDelayMs } = this.#context.settings;
    return new Promise((resolve) => {
      this.#done = resolve;
      if (drainDelayMs > 0 && !this.isLeaving) this.#later(drainDelayMs, () => this.#letGo());
      else this.#letGo();
    });
  }

  /** Everything ends at once: there is nothing to wait for any more. */
  end(): void {
    this.isBegun = true;
    this.#leave();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#done();
  }

  #letGo(): void {
    const { runtime, settings } = this.#context;
    this.#leave();
    this.#since = runtime.now();
    this.#idle = [...this.#leaver().retiring()];
    const ticks = Math.ceil(Math.min(MOST_SPREAD_MS, settings.drainMs * SPREAD) / LOOK_MS);
    this.#slice = Math.max(LEAST_SLICE, Math.ceil(this.#idle.length / Math.max(1, ticks)));
    this.#look();
  }

  #leave(): void {
    this.isLeaving = true;
    for (const listener of this.#leaveListeners.splice(0)) listener();
  }

  #look(): void {
    const { runtime, settings } = this.#context;
    for (const session of this.#idle.splice(0, this.#slice)) session.retire();
    const spent = runtime.now() - this.#since;
    if (spent >= settings.drainMs * PATIENT) this.#beStrict();
    if (spent >= settings.drainMs || this.#isQuiet) this.#done();
    else this.#later(Math.min(LOOK_MS, settings.drainMs), () => this.#look());
  }

  get #isQuiet(): boolean {
    const { inFlight, parked } = this.#leaver();
    if (this.#idle.length > 0 || inFlight > 0) return false;
    // Answers that are on their way belong to their calls.
    if (this.#context.ledger.gateway.of('queuedBytes') > 0) return false;
    // Who fills in a form takes minutes; who answers by itself does so at once.
    return this.#isStrict || parked === 0;
  }

  #beStrict(): void {
    if (this.#isStrict) return;
    this.#isStrict = true;
    for (const session of this.#leaver().retiring()) session.refuseMore();
  }

  #later(ms: number, fn: () => void): void {
    this.#timer = this.#context.runtime.after(ms, fn);
  }
}
