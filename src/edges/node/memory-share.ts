/** How much of the memory that the process may use it does use. */
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';

/** What its container may use; all of the machine where it is in none. */
const most = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());

/** From 0 to 1: of the heap of the engine or of the machine, whichever is fuller. Some 20 µs. */
export function memoryShare(): number {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  return Math.max(used / limit, process.memoryUsage.rss() / most);
}
