/**
 * A legacy request in modern words: our own id, what the client said of itself in `_meta`, and, where a server had
 * asked, the answers. Other bytes stay as they are.
 *
 * Source: MCP 2026-07-28, base protocol, `_meta`; multi round-trip requests.
 */
import { type Changes, changesOf, cut, type Cut, membersOf } from '../../protocol/cuts.ts';
import { META_KEYS } from '../../protocol/era.ts';
import type { Message } from '../../protocol/message.ts';
import { CLOSE_OBJECT, OPEN_ARRAY } from '../../protocol/text.ts';
import { digits } from '../digits.ts';

const encoder = new TextEncoder();

/** What a client may not say of itself here: it has said it in `initialize`. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  META_KEYS.version,
  META_KEYS.info,
  META_KEYS.capabilities,
  META_KEYS.logLevel,
  META_KEYS.subscription,
]);
const ANSWERS: ReadonlySet<string> = new Set(['inputResponses', 'requestState']);
const WITH_META: ReadonlySet<string> = new Set([...ANSWERS, '_meta']);

/** Whether modern words can be put into a request: its params must be an object, or absent. */
export function canBeStamped({ bytes, params }: Message): boolean {
  return params.end === 0 || bytes[params.start] !== OPEN_ARRAY;
}

/**
 * @param stamp members of `_meta`, JSON text without braces
 * @param answers further members of `params`, in the same form
 */
export function inModernWords(message: Message, id: number, stamp: string, answers = ''): Uint8Array {
  const { bytes, params } = message;
  const cuts: Cut[] = [{ start: message.id.start, end: message.id.end, by: digits(id) }];
  const extra = answers === '' ? '' : `,${answers}`;
  if (params.end === 0) {
    const at = bytes.lastIndexOf(CLOSE_OBJECT);
    cuts.push({ start: at, end: at, by: encoder.encode(`,"params":{"_meta":{${stamp}}${extra}}`) });
    return cut(bytes, cuts);
  }
  const meta = membersOf(bytes, params)?.find(({ name }) => name === '_meta');
  const span = meta ? { start: meta.value, end: meta.end } : undefined;
  if (span && membersOf(bytes, span)) {
    cuts.push(...changesOf(bytes, params, { drop: ANSWERS, add: answers }));
    cuts.push(...changesOf(bytes, span, { drop: OWN_KEYS, add: stamp }));
  } else {
    const changes: Changes = { drop: WITH_META, add: `"_meta":{${stamp}}${extra}` };
    cuts.push(...changesOf(bytes, params, changes));
  }
  return cut(bytes, cuts);
}
