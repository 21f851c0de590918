/** What this process uses, as samples of it tell. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Machine } from '../admin/series.ts';

/** How often the loop is looked at, in ms: more often would cost more than it tells. */
const LOOK_MS = 20;
const NANO = 1e6;
const MICRO = 1e3;

/** Looks at the loop from the first question on. */
export function thisMachine(): Machine {
  let loop: ReturnType<typeof monitorEventLoopDelay> | undefined;
  return {
    loopDelay: () => {
      if (!loop) {
        loop = monitorEventLoopDelay({ resolution: LOOK_MS });
        loop.enable();
        return 0;
      }
      // What it measures is from one look to the next.
      const worst = loop.count === 0 ? 0 : Math.max(0, loop.max / NANO - LOOK_MS);
      loop.reset();
      return worst;
    },
    memoryBytes: () => process.memoryUsage.rss(),
    cpuMs: () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / MICRO;
    },
  };
}
