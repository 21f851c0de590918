/** The time of day, by which keys and tokens run out: unlike the clock of the engine it may be set. */
import type { Runtime } from './ports.ts';

/** Milliseconds since the epoch, as the machine is set. */
export function wallTime(runtime: Pick<Runtime, 'now' | 'wall'>): number {
  return runtime.wall?.() ?? runtime.now();
}
