/** How many more sessions are open than a page knew. */
import type { SessionView } from '../../../edges/admin/contract/session.ts';

/** A session as it was told last. */
export interface Fresh {
  readonly session: SessionView;
  /** Whether it was opened since the page was asked to change last. */
  readonly isNew: boolean;
}

/** So many more are open: what was told of may be in the list that was asked for meanwhile, and counted there. */
export function moreOpen(before: readonly SessionView[], fresh: ReadonlyMap<string, Fresh>): number {
  const known = new Map(before.map((session) => [session.id, session]));
  let more = 0;
  for (const { session, isNew } of fresh.values()) {
    const old = known.get(session.id);
    const wasOpen = old ? old.closedAt === undefined : !isNew;
    more += Number(session.closedAt === undefined) - Number(wasOpen);
  }
  return more;
}
