/** What passes where not everything of a server may be used: only what is known to be about nothing else. */
import type { Message } from '../../protocol/message.ts';
import type { View } from '../catalog/view.ts';

const REQUESTS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'tools/list',
  'tools/call',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'completion/complete',
]);

const NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/roots/list_changed',
]);

/** Whether a request or a notification of a client is one of which it is known what it is about. */
export function isKnown({ kind, method }: Message): boolean {
  return (kind === 'request' ? REQUESTS : NOTIFICATIONS).has(method);
}

/** Whether a server tells of a resource that is not there for the client. */
export function isUpdateOfHidden({ method, target }: Message, view: View): boolean {
  if (method !== 'notifications/resources/updated') return false;
  return target === undefined || view.resources.shown(target) === undefined;
}
