/** History is given whole or not at all. */
import { HistoryLost, type LoggedEvent } from '../engine/ports-backplane.ts';

/** The events, where they are all with offsets in `(after, last]`. @throws HistoryLost where they are not */
export function checkWhole(
  stream: string,
  after: number,
  last: number,
  events: readonly LoggedEvent[],
): readonly LoggedEvent[] {
  const isWhole = events.every(({ offset }, index) => offset === after + 1 + index);
  if (!isWhole || events.length !== last - after) throw new HistoryLost(stream);
  return events;
}
