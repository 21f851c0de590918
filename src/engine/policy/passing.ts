/**
 * What passes where not everything of a server may be used: only messages of which it is known what they are about, and
 * that mean the same to every server. Some take `Name` for `name`, and the last of both.
 */
import { type Member, membersOf } from '../../protocol/cuts.ts';
import type { Message, Span } from '../../protocol/message.ts';
import { OPEN_OBJECT } from '../../protocol/text.ts';
import type { View } from '../catalog/view.ts';
import type { Offering } from './offering.ts';

/** What clients ask, and the member that says what it is about; empty where nothing does. */
const REQUESTS: ReadonlyMap<string, string> = new Map([
  ...['initialize', 'ping', 'logging/setLevel', 'tools/list', 'prompts/list'].map(
    (method) => [method, ''] as const,
  ),
  ...['resources/list', 'resources/templates/list'].map((method) => [method, ''] as const),
  ...['tools/call', 'prompts/get'].map((method) => [method, 'name'] as const),
  ...['resources/read', 'resources/subscribe', 'resources/unsubscribe'].map(
    (method) => [method, 'uri'] as const,
  ),
  ['completion/complete', 'ref'],
]);

const NOTIFICATIONS: ReadonlySet<string> = new Set([
  'notifications/initialized',
  'notifications/roots/list_changed',
]);

/** Members that say what a message is and what it is about. */
const TELLING: ReadonlySet<string> = new Set([
  'jsonrpc',
  'id',
  'method',
  'params',
  'name',
  'uri',
  'ref',
  'arguments',
  'type',
]);

/** Why a message does not pass. */
export type Objection = readonly [word: 'method_not_found' | 'invalid_params', message: string];

/** What speaks against a request or a notification of a client where so much is offered; undefined when it may pass. */
export function objectionTo(
  { isStrict, isPartial, calls }: Offering,
  message: Message,
): Objection | undefined {
  if (isStrict) return strictObjectionTo(message);
  return (calls || isPartial) && isAmbiguous(message) ? AMBIGUOUS : undefined;
}

/** Whether a server could take it for another message than it is, or for one about something else. */
export function isAmbiguous({ method, bytes, params }: Message): boolean {
  if (!isPlain(wholeOf(bytes))) return true;
  const isAboutSomething = (REQUESTS.get(method) ?? '') !== '';
  return isAboutSomething && params.end > 0 && !isPlain(membersOf(bytes, params) ?? NONE);
}

function strictObjectionTo({ kind, method, bytes, params, target }: Message): Objection | undefined {
  const about = kind === 'request' ? REQUESTS.get(method) : NOTIFICATIONS.has(method) ? '' : undefined;
  if (about === undefined) return ['method_not_found', `Method "${method}" is not known here.`];
  const inside = params.end === 0 ? NONE : membersOf(bytes, params);
  if (about !== '' && (target === undefined || !inside?.some(({ name }) => name === about)))
    return ['invalid_params', `"${method}" must name what it is about.`];
  const ref = about === 'ref' ? membersOf(bytes, spanOf(inside, 'ref')) : NONE;
  return isPlain(wholeOf(bytes)) && isPlain(inside ?? NONE) && isPlain(ref) ? undefined : AMBIGUOUS;
}

export const AMBIGUOUS: Objection = [
  'invalid_params',
  'A member has almost the name of another that counts: write it as it is.',
];

function wholeOf(bytes: Uint8Array): readonly Member[] | undefined {
  return membersOf(bytes, { start: bytes.indexOf(OPEN_OBJECT), end: bytes.length });
}

const NONE: readonly Member[] = [];

function isPlain(members: readonly Member[] | undefined): boolean {
  return members?.every(({ name }) => TELLING.has(name) || !TELLING.has(folded(name))) === true;
}

/** As those compare names who let small and capital letters be the same. */
function folded(name: string): string {
  return name.toUpperCase().toLowerCase();
}

function spanOf(members: readonly Member[] | undefined, name: string): Span {
  const member = members?.find((one) => one.name === name);
  return member ? { start: member.value, end: member.end } : { start: 0, end: 0 };
}

/** Whether a server tells of a resource that is not there for the client. */
export function isUpdateOfHidden({ method, target }: Message, view: View): boolean {
  if (method !== 'notifications/resources/updated') return false;
  return target === undefined || view.resources.shown(target) === undefined;
}
