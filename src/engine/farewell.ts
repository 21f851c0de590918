/** The last words on a stream that the gateway ends. */
import type { EngineContext } from './context.ts';
import type { CloseReason, Connection, Dialect } from './ports.ts';
import type { Shape } from './ports-shape.ts';

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
