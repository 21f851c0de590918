/**
 * What a server announced, on its way to all who listen for it: taken apart once, written for each with the id of its own
 * subscription.
 *
 * Source: MCP 2026-07-28, subscriptions, "Receiving Notifications".
 */
import { decodeString } from '../../protocol/decode.ts';
import { changesOf, cut, memberAt } from '../../protocol/cuts.ts';
import { META_KEYS } from '../../protocol/era.ts';
import { ANY_SIZE, type Message, readMessage, rewrite } from '../../protocol/message.ts';
import { OPEN_OBJECT, QUOTE } from '../../protocol/text.ts';
import { notification } from '../notice.ts';
import { wantedBy } from '../subscriptions.ts';
import type { Filter } from './listen-filter.ts';

/** Who wants it. */
type Test = (filter: Filter) => boolean;

export class Announcement {
  /** The same for all that say the same of the same thing. */
  readonly key: string;
  readonly #message: Message;
  readonly #isWanted: Test;
  #around: { readonly head: Uint8Array; readonly tail: Uint8Array } | undefined;

  private constructor(message: Message, key: string, isWanted: Test) {
    this.#message = message;
    this.key = key;
    this.#isWanted = isWanted;
  }

  /** Undefined for a notification that nobody can listen for. */
  static of(message: Message): Announcement | undefined {
    const { method } = message;
    const about = method === 'notifications/tasks' ? taskOf(message) : message.target;
    const isWanted = testOf(method, about);
    return isWanted && new Announcement(message, `${method}\n${about ?? ''}`, isWanted);
  }

  isFor(filter: Filter): boolean {
    return this.#isWanted(filter);
  }

  /** It as one client gets it. @param subscription the raw id of its request */
  for(subscription: Uint8Array): readonly Uint8Array[] {
    this.#around ??= around(this.#message);
    return [this.#around.head, subscription, this.#around.tail];
  }
}

/** What is said where it cannot be known what changed: all that a filter names may have. */
export function everythingIn({ tools, prompts, resources, uris }: Filter): Announcement[] {
  const changed = Object.entries({ tools, prompts, resources }).filter(([, isWanted]) => isWanted);
  const messages = [
    ...changed.map(([kind]) => notification(`notifications/${kind}/list_changed`)),
    ...[...uris].map((uri) => notification('notifications/resources/updated', { uri })),
  ];
  return messages.flatMap((bytes) => Announcement.of(readMessage(bytes)) ?? []);
}

function testOf(method: string, about: string | undefined): Test | undefined {
  switch (method) {
    case 'notifications/tools/list_changed':
      return ({ tools }) => tools;
    case 'notifications/prompts/list_changed':
      return ({ prompts }) => prompts;
    case 'notifications/resources/list_changed':
      return ({ resources }) => resources;
    case 'notifications/resources/updated': {
      const wanted = wantedBy(about ?? '');
      return ({ uris }) => uris.size > 0 && wanted.some((uri) => uris.has(uri));
    }
    case 'notifications/tasks':
      return about === undefined ? undefined : ({ tasks }) => tasks.has(about);
    default:
      return undefined;
  }
}

function taskOf({ bytes, params }: Message): string | undefined {
  const { start, end } = memberAt(bytes, params, 'taskId');
  return end > 0 && bytes[start] === QUOTE ? decodeString(bytes, start + 1, end - 1) : undefined;
}

/** What stands before the id of the subscription, and behind it. */
function around(message: Message): { head: Uint8Array; tail: Uint8Array } {
  const { bytes, claims } = hasPlace(message) ? message : withSubscription(message);
  const { start, end } = claims?.subscription ?? { start: bytes.length, end: bytes.length };
  return { head: bytes.subarray(0, start), tail: bytes.subarray(end) };
}

/** Whether it has a place for the id, and nothing else is to be spliced in. */
function hasPlace({ claims, targetJson }: Message): boolean {
  return (claims?.subscription.end ?? 0) > 0 && targetJson === undefined;
}

const PLACE = `"${META_KEYS.subscription}":0`;

/** The message with a place for the id: servers of older revisions leave none. */
function withSubscription(message: Message): Message {
  const whole = message.targetJson === undefined ? message : readMessage(rewrite(message, {}), ANY_SIZE);
  if (hasPlace(whole)) return whole;
  const { bytes, params } = whole;
  const meta = memberAt(bytes, params, '_meta');
  const cuts =
    bytes[meta.start] === OPEN_OBJECT && meta.end > 0
      ? changesOf(bytes, meta, { add: PLACE })
      : params.end > 0 && bytes[params.start] === OPEN_OBJECT
        ? changesOf(bytes, params, { drop: new Set(['_meta']), add: `"_meta":{${PLACE}}` })
        : changesOf(bytes, bodyOf(bytes), {
            drop: new Set(['params']),
            add: `"params":{"_meta":{${PLACE}}}`,
          });
  return readMessage(cut(bytes, cuts), ANY_SIZE);
}

/** The object that a message is, without white space around it. */
function bodyOf(bytes: Uint8Array): { start: number; end: number } {
  return { start: bytes.indexOf(OPEN_OBJECT), end: bytes.lastIndexOf(0x7d) + 1 };
}
