/** Work on many things that keeps nobody waiting. */
import type { Runtime } from './ports.ts';

/** In one turn of the event loop. */
const SLICE = 500;

/** Does something for each of them: some at once, the others in later turns of the event loop. */
export function inSlices<T>(
  all: readonly T[],
  runtime: Pick<Runtime, 'after'>,
  each: (one: T) => void,
  from = 0,
): void {
  for (const one of all.slice(from, from + SLICE)) each(one);
  if (from + SLICE < all.length) runtime.after(0, () => inSlices(all, runtime, each, from + SLICE));
}
