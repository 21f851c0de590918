/**
 * Changing members of an object within a message whose other bytes stay as they are.
 *
 * For objects that were checked by their brackets and strings only, too: what is broken inside a member stays inside.
 */
import type { Message, Span } from './message.ts';
import { joined } from './pieces.ts';
import { withGap } from './rewrite.ts';
import { Scanner } from './scanner.ts';
import { CLOSE_ARRAY, COMMA, OPEN_ARRAY, OPEN_OBJECT } from './text.ts';

/** Bytes `[start, end)` are to be replaced. Cuts of one message neither overlap nor touch. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly by: Uint8Array;
}

/** One member of an object as it stands in the bytes. */
export interface Member {
  readonly name: string;
  /** Where its name begins, with the quote. */
  readonly start: number;
  readonly value: number;
  /** Behind its value. */
  readonly end: number;
}

export interface Changes {
  /** Names of members that go. */
  readonly drop?: ReadonlySet<string>;
  /** Members that come first: JSON text without braces, as `"a":1,"b":2`. Those of the same names are to be in `drop`. */
  readonly add?: string;
}

/**
 * The members of the object at a span, in order; undefined when it is no object, not well-formed enough to tell, or has
 * more of them than anything of use: a large answer must not cost everybody seconds.
 */
export function membersOf(bytes: Uint8Array, { start, end }: Span): Member[] | undefined {
  if (end === 0 || bytes[start] !== OPEN_OBJECT) return undefined;
  const scan = new Scanner(bytes, ANY_DEPTH, Number.MAX_SAFE_INTEGER);
  const members: Member[] = [];
  try {
    let more = scan.enter(start);
    while (more) {
      const [from, value, name] = [scan.nameAt, scan.at, scan.memberName];
      const behind = scan.skim(value);
      if (members.length >= MOST_PARTS) return undefined;
      members.push({ name, start: from, value, end: behind });
      more = scan.next(behind);
    }
    return members;
  } catch {
    return undefined;
  }
}

/** The span of a member's value; absent (an `end` of 0) when there is none. */
export function memberAt(bytes: Uint8Array, object: Span, name: string): Span {
  const member = membersOf(bytes, object)?.find((one) => one.name === name);
  return member ? { start: member.value, end: member.end } : { start: 0, end: 0 };
}

/** Where the elements of the array at a span stand, in order; undefined as above. */
export function elementsOf(bytes: Uint8Array, { start, end }: Span): Span[] | undefined {
  if (end === 0 || bytes[start] !== OPEN_ARRAY) return undefined;
  const scan = new Scanner(bytes, ANY_DEPTH, Number.MAX_SAFE_INTEGER);
  const elements: Span[] = [];
  try {
    let at = scan.space(start + 1);
    while (scan.byteAt(at) !== CLOSE_ARRAY) {
      const behind = scan.skim(at);
      if (elements.length >= MOST_PARTS) return undefined;
      elements.push({ start: at, end: behind });
      const next = scan.space(behind);
      if (scan.byteAt(next) !== COMMA) return scan.byteAt(next) === CLOSE_ARRAY ? elements : undefined;
      at = scan.space(next + 1);
    }
    return elements;
  } catch {
    return undefined;
  }
}

/** The cuts that leave some elements of an array out. @param isKept by place in `elements`, which is not empty */
export function withoutElements(elements: readonly Span[], isKept: (at: number) => boolean): Cut[] {
  const cuts: Cut[] = [];
  const first = elements[0] as Span;
  let from = first.start;
  let kept = 0;
  elements.forEach(({ start, end }, at) => {
    if (!isKept(at)) return;
    const wasNext = kept > 0 ? at > 0 && elements[at - 1]?.end === from : start === first.start;
    if (!wasNext) cuts.push({ start: from, end: start, by: kept > 0 ? SEPARATOR : NOTHING });
    from = end;
    kept += 1;
  });
  const last = elements.at(-1) as Span;
  if (from !== last.end) cuts.push({ start: from, end: last.end, by: NOTHING });
  return cuts;
}

/** The cuts that change an object; none when it is no object. @param members of it, where they are known */
export function changesOf(
  bytes: Uint8Array,
  object: Span,
  { drop = NONE, add = '' }: Changes,
  members: readonly Member[] | undefined = membersOf(bytes, object),
): Cut[] {
  if (!members) return [];
  const cuts: Cut[] = [];
  const isKept = members.some(({ name }) => !drop.has(name));
  const at = object.start + 1;
  const first = encoder.encode(add === '' || !isKept ? add : `${add},`);
  // The first member that stays pulls what stood before it, its commas included, into one cut.
  let from = at;
  for (const { name, start, end } of members) {
    if (drop.has(name)) continue;
    const isFirst = from === at;
    const isSame = isFirst ? first.length === 0 && start === members[0]?.start : isNext(bytes, from, start);
    if (!isSame) cuts.push({ start: from, end: start, by: isFirst ? first : SEPARATOR });
    from = end;
  }
  const close = object.end - 1;
  if (!isKept) return close > at || first.length > 0 ? [{ start: at, end: close, by: first }] : [];
  if (members.at(-1)?.end !== from) cuts.push({ start: from, end: close, by: NOTHING });
  return cuts;
}

/** The message with the cuts made, as one array. Not for one with a gap. */
export function cut(bytes: Uint8Array, cuts: readonly Cut[]): Uint8Array {
  return joined(pieces(bytes, cuts));
}

/** The same in pieces: views into the message and what comes in, nothing copied; what was left out is put back. */
export function cutParts(message: Message, cuts: readonly Cut[]): Uint8Array[] {
  const parts = pieces(message.bytes, cuts);
  return message.gap ? withGap(parts, message.gap, message) : parts;
}

/**
 * The answer with the cuts made, as a message again: a long one keeps its gap, unless the gap was cut out. For cuts
 * within its outcome, and one that replaces its id.
 */
export function recut(message: Message, cuts: readonly Cut[]): Message {
  if (cuts.length === 0) return message;
  const { bytes, id, outcome, gap } = message;
  const isOut = (at: number): boolean => cuts.some(({ start, end }) => start < at && at < end);
  const moved = (at: number): number => {
    let by = 0;
    for (const one of cuts) if (one.end <= at) by += one.by.length - (one.end - one.start);
    return at + by;
  };
  const span = ({ start, end }: Span): Span => {
    const replaced = cuts.find((one) => one.start === start && one.end === end);
    if (!replaced) return end === 0 ? { start, end } : { start: moved(start), end: moved(end) };
    const at = moved(start);
    return { start: at, end: at + replaced.by.length };
  };
  const stays = gap && !isOut(gap.at) ? { at: moved(gap.at), pieces: gap.pieces } : undefined;
  return { ...message, bytes: cut(bytes, cuts), id: span(id), outcome: span(outcome), gap: stays };
}

/**
 * A request or notification with the cuts made, as if it had been sent so. What its facts stand for must not be cut but
 * for what `_meta` claims, which is forgotten.
 */
export function cutMessage(message: Message, cuts: readonly Cut[]): Message {
  const { bytes, kind, method, target } = message;
  const moved = ({ start, end }: Span): Span =>
    end === 0 ? ABSENT : { start: start + shiftAt(cuts, start), end: end + shiftAt(cuts, end) };
  return {
    bytes: cuts.length === 0 ? bytes : cut(bytes, cuts),
    kind,
    method,
    target,
    id: moved(message.id),
    params: moved(message.params),
    targetSpan: moved(message.targetSpan),
    progressToken: moved(message.progressToken),
    requestId: moved(message.requestId),
    outcome: moved(message.outcome),
    claims: undefined,
    meta: undefined,
  };
}

/** By how much a place outside of all cuts moves. */
function shiftAt(cuts: readonly Cut[], at: number): number {
  let shift = 0;
  for (const { start, end, by } of cuts) if (end <= at) shift += by.length - (end - start);
  return shift;
}

function pieces(bytes: Uint8Array, cuts: readonly Cut[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const { start, end, by } of [...cuts].sort((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, start), by);
    at = end;
  }
  parts.push(bytes.subarray(at));
  return parts;
}

/** Whether nothing but one comma and white space stands between two places. */
function isNext(bytes: Uint8Array, from: number, to: number): boolean {
  let commas = 0;
  for (let at = from; at < to; at++) {
    if (bytes[at] === COMMA) commas++;
    else if ((bytes[at] as number) > 0x20) return false;
  }
  return commas === 1;
}

const ANY_DEPTH = 10_000;
/** As many as a message that is read in full may have in all. */
const MOST_PARTS = 200_000;
const ABSENT: Span = { start: 0, end: 0 };
const NONE: ReadonlySet<string> = new Set();
const encoder = new TextEncoder();
const SEPARATOR = encoder.encode(',');
const NOTHING = new Uint8Array(0);
