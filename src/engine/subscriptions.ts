/** What servers announce of themselves, and which updates of resources are for whom. */

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

/** So many parts of a URI are looked at: servers name resources by a few. */
const MAX_PARTS = 64;

/** Whether an update of `uri` is for who wants these: it may be of a part of what was subscribed to (MCP, resources). */
export function isWanted(uri: string, wanted: ReadonlySet<string>): boolean {
  if (wanted.size === 0) return false;
  if (wanted.has(uri)) return true;
  let parts = 0;
  for (let at = uri.length - 1; at > 0 && parts < MAX_PARTS; at--) {
    if (!'/?#'.includes(uri.charAt(at))) continue;
    if (wanted.has(uri.slice(0, at)) || wanted.has(uri.slice(0, at + 1))) return true;
    parts++;
  }
  return false;
}
