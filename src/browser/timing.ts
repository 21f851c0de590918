/** The clock and the dice of the client, so that tests can play them. */
import { ClientError } from './errors.ts';

export interface Timing {
  /** Milliseconds by a clock that never goes back. */
  now(): number;
  after(ms: number, fn: () => void): { cancel(): void };
  /** From 0 up to but not including 1. */
  random(): number;
}

export const realTiming: Timing = {
  now: () => performance.now(),
  after(ms, fn) {
    const timer = setTimeout(fn, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  random: () => Math.random(),
};

/** Resolves after a time, or rejects as soon as the signal says so. */
export function pause(timing: Timing, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stop = () => reject(new ClientError('closed', 'The link was closed.'));
  if (signal.aborted) stop();
  const timer = timing.after(ms, resolve);
  signal.addEventListener('abort', stop, { once: true });
  return promise.finally(() => {
    timer.cancel();
    signal.removeEventListener('abort', stop);
  });
}

/** Calls `expired` when nothing was fed for so long. Not armed until it is fed; 0 ms never expires. */
export class Watch {
  readonly #timing: Timing;
  readonly #ms: number;
  readonly #expired: () => void;
  #timer: { cancel(): void } | undefined;
  #fedAt = 0;

  constructor(timing: Timing, ms: number, expired: () => void) {
    this.#timing = timing;
    this.#ms = ms;
    this.#expired = expired;
  }

  /** Costs a look at the clock: the timer that runs is left to run, and finds out by itself. */
  feed(): void {
    if (this.#ms <= 0) return;
    this.#fedAt = this.#timing.now();
    this.#timer ??= this.#timing.after(this.#ms, () => this.#look());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #look(): void {
    const left = this.#fedAt + this.#ms - this.#timing.now();
    this.#timer = left > 0 ? this.#timing.after(left, () => this.#look()) : undefined;
    if (left <= 0) this.#expired();
  }
}
