/** What a mount means to the conversations that are lent at it. */
import type { Mount } from '../line.ts';
import { ViewedServer } from '../merge/viewed-line.ts';
import type { CacheRules } from '../result-cache.ts';
import type { Server } from '../server.ts';

/** The one server behind it; undefined where there are several. */
export function serverOf(mount: Mount): Server | undefined {
  return mount.whole ?? (mount instanceof ViewedServer ? mount.server : undefined);
}

/** What its entry says of results that may be given again. */
export function rulesOf(mount: Mount): CacheRules | undefined {
  return serverOf(mount)?.cacheRules;
}

/** Whether the server speaks to several callers in one conversation, and so asks nobody and logs to nobody. */
export function isShared(mount: Mount): boolean {
  const server = serverOf(mount);
  return server !== undefined && server.sharing !== 'session';
}

/** How many conversations with it there may be, where each is one of its own. */
export function linksOf(mount: Mount): number {
  const most = isShared(mount) ? undefined : serverOf(mount)?.driver.maxLinks;
  return most ?? Number.POSITIVE_INFINITY;
}
