/**
 * A modern request as a legacy server gets it: without what it would not understand, every other byte as it was sent.
 *
 * Source: MCP 2026-07-28, base protocol (`_meta`); multi round-trip requests.
 */
import { changesOf, cutMessage, membersOf, type Cut, type Member } from '../../protocol/cuts.ts';
import { claimedLogLevel, META_KEYS } from '../../protocol/era.ts';
import type { Message, Span } from '../../protocol/message.ts';

export interface BridgedRequest {
  /** As the server gets it. */
  readonly message: Message;
  /** Values in the message of the client; an `end` of 0 where they are absent. */
  readonly requestState: Span;
  readonly inputResponses: Span;
  /** The log level it asks for, as it stands there. */
  readonly logLevel: string | undefined;
}

const STATE = 'requestState';
const RESPONSES = 'inputResponses';
const PARAMS: ReadonlySet<string> = new Set([STATE, RESPONSES]);
const PARAMS_AND_META: ReadonlySet<string> = new Set([STATE, RESPONSES, '_meta']);
const META: ReadonlySet<string> = new Set(Object.values(META_KEYS));

/** Requests that may be answered with questions; no other one may. */
export const ASKING: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);

export function bridged(message: Message): BridgedRequest {
  const { bytes, params } = message;
  const members = membersOf(bytes, params);
  return {
    message: cutMessage(message, withoutMeta(bytes, params, PARAMS, PARAMS_AND_META, META, members)),
    requestState: spanOf(members, STATE),
    inputResponses: spanOf(members, RESPONSES),
    logLevel: claimedLogLevel(message),
  };
}

/**
 * The cuts that take members out of params, and others out of their `_meta`; where nothing is left of that, it goes, too.
 * @param dropWithMeta the members to drop, and `_meta`
 */
export function withoutMeta(
  bytes: Uint8Array,
  params: Span,
  drop: ReadonlySet<string>,
  dropWithMeta: ReadonlySet<string>,
  metaDrop: ReadonlySet<string>,
  members: readonly Member[] | undefined = membersOf(bytes, params),
): Cut[] {
  const meta = spanOf(members, '_meta');
  const inMeta = meta.end === 0 ? undefined : membersOf(bytes, meta);
  if (inMeta?.every(({ name }) => metaDrop.has(name)))
    return changesOf(bytes, params, { drop: dropWithMeta }, members);
  const cuts = changesOf(bytes, params, { drop }, members);
  if (inMeta) cuts.push(...changesOf(bytes, meta, { drop: metaDrop }, inMeta));
  return cuts;
}

function spanOf(members: readonly Member[] | undefined, name: string): Span {
  const member = members?.find((one) => one.name === name);
  return member ? { start: member.value, end: member.end } : ABSENT;
}

const ABSENT: Span = { start: 0, end: 0 };
