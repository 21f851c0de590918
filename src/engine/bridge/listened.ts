/**
 * What a server says on a subscription, read for a legacy client.
 *
 * Source: MCP 2026-07-28, subscriptions.
 */
import { changesOf, cut, memberAt, membersOf } from '../../protocol/cuts.ts';
import { META_KEYS } from '../../protocol/era.ts';
import { ANY_SIZE, readMessage, type Message } from '../../protocol/message.ts';
import { asObject } from './stamp.ts';

/** The resources that the server agreed to tell of; undefined where it does not say. */
export function agreedIn({ bytes, params }: Message): ReadonlySet<unknown> | undefined {
  const { start, end } = memberAt(bytes, params, 'notifications');
  if (end === 0) return undefined;
  const agreed = asObject(JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))));
  const uris = agreed['resourceSubscriptions'];
  return new Set(Array.isArray(uris) ? uris : []);
}

const SUBSCRIPTION: ReadonlySet<string> = new Set([META_KEYS.subscription]);
const META: ReadonlySet<string> = new Set(['_meta']);

export function withoutSubscription(message: Message): Message {
  const { bytes, params } = message;
  const meta = memberAt(bytes, params, '_meta');
  const isAlone = (membersOf(bytes, meta) ?? []).every(({ name }) => SUBSCRIPTION.has(name));
  const cuts = isAlone
    ? changesOf(bytes, params, { drop: META })
    : changesOf(bytes, meta, { drop: SUBSCRIPTION });
  return cuts.length === 0 ? message : readMessage(cut(bytes, cuts), ANY_SIZE);
}
