/**
 * What stays open longer than its request ends when the proof of its caller does, a little before, so that not all come
 * back at once; never after. A session of Streamable HTTP lives on, and its stream is taken up with the next proof; one of
 * HTTP+SSE or WebSocket is its stream. The answer to a call is bounded by the call, and may finish.
 */
import type { ModernCall } from '../../engine/modern/modern-call.ts';
import type { Connection } from '../../engine/ports.ts';
import type { Stream } from '../../engine/stream.ts';
import type { ServerVisit } from './front.ts';

/** A tenth of what is left, and no more than that, in ms. */
const MOST_JITTER_MS = 30_000;
const JITTER = 0.1;

/** When what was opened now ends, in ms since the epoch. @param random a number in [0, 1) */
export function endOf(until: number, now: number, random: number): number {
  return until - random * Math.min(MOST_JITTER_MS, JITTER * Math.max(0, until - now));
}

/** To be called before the connection follows the stream. */
export function endsWithProof(visit: ServerVisit, stream: Stream, connection: Connection): void {
  const due = dueOf(visit);
  if (due === undefined) return;
  visit.front.gateway.context.expiries.add(connection, due, () => stream.drop('expired'));
}

/** For a call that listens: it is ended in good order. @param key by which it is forgotten when it is over */
export function listensUntil(visit: ServerVisit, call: ModernCall, key: object): void {
  const due = call.isOver ? undefined : dueOf(visit);
  if (due === undefined) return;
  const { context, desk } = visit.front.gateway;
  context.expiries.add(key, due, () => desk.expire(call));
}

function dueOf({ caller, front }: ServerVisit): number | undefined {
  const { until } = caller;
  if (until === undefined) return undefined;
  return endOf(until, front.gateway.context.runtime.now(), front.random());
}
