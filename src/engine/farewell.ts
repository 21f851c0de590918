/** What the gateway itself says on a stream: its last words, and that some are missing. */
import { notice } from './notice.ts';
import { HistoryLost } from './ports-backplane.ts';
import type { EngineContext } from './context.ts';
import type { CloseReason, Connection, Dialect } from './ports.ts';
import type { Shape, StreamEvent } from './ports-shape.ts';

const COMES_BACK: ReadonlySet<CloseReason> = new Set(['draining', 'rotated', 'expired']);

/** Tells when to come back, where that makes sense, and what else the shape has to say. */
export function sayFarewell(
  connection: Connection,
  dialect: Dialect,
  shape: Shape,
  reason: CloseReason,
  { settings, runtime }: EngineContext,
): void {
  const retry = COMES_BACK.has(reason) ? dialect.retry?.(settings.retryMs) : undefined;
  if (retry) connection.write(retry);
  const words = shape.ending?.(reason, runtime.now());
  if (words) connection.write(words);
}

/** What is told to a client that comes back for events which cannot be read. */
export function lost(error: unknown): { readonly words: string; readonly event: StreamEvent } {
  const isGone = error instanceof HistoryLost;
  const words = isGone ? 'Events of this stream are no longer kept.' : 'The event log cannot be read.';
  return { words, event: { data: notice('history_lost', words) } };
}
