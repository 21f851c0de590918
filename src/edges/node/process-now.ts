/** What this process uses. */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { ProcessNow } from '../../telemetry/readings.ts';

/** How often the loop is looked at, once somebody has asked: fifty times a second costs some hundred microseconds. */
const LOOK_MS = 20;
/** How long what is told of the loop stands for, at least. */
const WINDOW_MS = 5_000;
const NANO = 1e9;
const MICRO = 1e6;
const MILLI = 1e3;

type Delay = Pick<ProcessNow, 'delayMean' | 'delayHigh' | 'delayMax'>;

let loop: ReturnType<typeof monitorEventLoopDelay> | undefined;
let since = 0;
let last: Delay | undefined;

export function processNow(): Partial<ProcessNow> {
  const { user, system } = process.cpuUsage();
  const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = getHeapStatistics();
  const { active, idle } = performance.eventLoopUtilization();
  return {
    cpuUser: user / MICRO,
    cpuSystem: system / MICRO,
    memory: process.memoryUsage.rss(),
    heapUsed,
    heapLimit,
    uptime: process.uptime(),
    loopActive: active / MILLI,
    loopIdle: idle / MILLI,
    ...delay(),
  };
}

/** Of the window that is over; within it the same for all who ask. Nothing the first time. */
function delay(): Partial<Delay> {
  const now = performance.now();
  if (!loop) {
    loop = monitorEventLoopDelay({ resolution: LOOK_MS });
    loop.enable();
    since = now;
    return {};
  }
  if (last && now - since < WINDOW_MS) return last;
  if (loop.count === 0) return last ?? {};
  // What it measures is from one look to the next.
  const late = (value: number) => Math.max(0, value / NANO - LOOK_MS / MILLI);
  last = { delayMean: late(loop.mean), delayHigh: late(loop.percentile(99)), delayMax: late(loop.max) };
  loop.reset();
  since = now;
  return last;
}
