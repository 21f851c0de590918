/** How a command that serves learns that it is to end, and how long it waits for that. */
import type { Io, Signal } from './io.ts';

/** The first signal is told; the second ends the process. */
export function stopSignal(io: Io): { requested: Promise<Signal>; unlisten: () => void } {
  let count = 0;
  let unlisten = () => {};
  const requested = new Promise<Signal>((resolve) => {
    unlisten = io.onSignal((signal) => {
      count++;
      if (count > 1) io.exit(signal === 'SIGINT' ? 130 : 143);
      resolve(signal);
    });
  });
  return { requested, unlisten };
}

/** @returns whether the work was done in time */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
