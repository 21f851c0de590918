/** What servers announce of themselves, what clients announce to theirs, and which updates of resources are for whom. */

const ANNOUNCEMENTS: ReadonlySet<string> = new Set([
  'notifications/tools/list_changed',
  'notifications/resources/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/updated',
]);

/** Whether a notification belongs to no call, whatever is in flight. */
export function isAnnouncement(method: string): boolean {
  return ANNOUNCEMENTS.has(method);
}

/** Notifications of a client that belong to it alone, and so stop at a shared link. */
const PRIVATE: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/roots/list_changed',
]);

export function isPrivate(method: string): boolean {
  return PRIVATE.has(method);
}

/** The members who asked for the updates of a resource, or of what it is a part of. */
export function* watchersOf<T extends Watcher>(members: Iterable<T>, uri: string): Generator<T> {
  const wanted = wantedBy(uri);
  for (const member of members) {
    const { subscriptions } = member;
    if (subscriptions.size > 0 && wanted.some((one) => subscriptions.has(one))) yield member;
  }
}

interface Watcher {
  readonly subscriptions: ReadonlySet<string>;
}

/** So many parts of a URI are looked at, and of longer ones none: servers name resources by short ones. */
const MAX_PARTS = 64;
const MAX_LENGTH = 4_096;

/**
 * What one may have subscribed to in order to hear of an update of `uri`: itself, or what it is a part of (MCP,
 * resources, subscriptions). Made once for all members of a shared link.
 */
export function wantedBy(uri: string): readonly string[] {
  const wanted = [uri];
  if (uri.length > MAX_LENGTH) return wanted;
  let parts = 0;
  for (let at = uri.length - 1; at > 0 && parts < MAX_PARTS; at--) {
    if (!'/?#'.includes(uri.charAt(at))) continue;
    wanted.push(uri.slice(0, at + 1), uri.slice(0, at));
    parts++;
  }
  return wanted;
}
