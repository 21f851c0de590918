/**
 * Preloaded into a gateway under test (`node --import`), never part of it: tells its parent what the process
 * holds. To look is slow: the garbage is collected first.
 */
import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { queryObjects } from 'node:v8';
import type { Facts } from './facts.ts';

const timer = setTimeout(() => {}, 1);
clearTimeout(timer);
/** Kinds of things of which one must not be left for each session that ended. */
const KINDS = { timers: timer.constructor, sockets: Socket, answers: ServerResponse };

process.on('message', (question) => {
  if (question === 'resources') return void process.send?.(resources());
  // Twice: what the first finds to be finalized the second takes away. The last resort gives empty pages back, too.
  for (const _time of [1, 2])
    void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  process.send?.(facts());
});
// It must not keep the process alive.
process.channel?.unref();

function facts(): Facts {
  const { rss, heapUsed, external } = process.memoryUsage();
  const objects = Object.fromEntries(
    Object.entries(KINDS).map(([name, kind]) => [name, queryObjects(kind, { format: 'count' })]),
  );
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
  return { rss, heap: heapUsed, external, resources: resources(), objects, listeners };
}

function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
