/** Waiting, but not for ever. */
import type { Runtime } from '../engine/ports.ts';

export type Clock = Pick<Runtime, 'now' | 'after'>;

/** Given back in place of a result that did not come in time, or that nobody waits for any more. */
export const LATE = Symbol('late');

/**
 * What a promise resolves to, or `LATE` after so many milliseconds or as soon as the signal is aborted. Rejects as
 * the promise does in time; what it does later is ignored.
 */
export async function within<T>(
  promise: Promise<T>,
  ms: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T | typeof LATE> {
  let giveUp = (): void => {};
  const late = new Promise<typeof LATE>((resolve) => {
    giveUp = () => resolve(LATE);
  });
  const timer = clock.after(ms, giveUp);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', giveUp);
  }
}
