/**
 * Changing members of an object within a message whose other bytes stay as they are.
 *
 * For objects that were checked by their brackets and strings only, too: what is broken inside a member stays inside.
 */
import { alike } from './bytes.ts';
import type { Message, Span } from './message.ts';
import { withGap } from './rewrite.ts';
import { Scanner } from './scanner.ts';
import { COMMA, OPEN_OBJECT } from './text.ts';

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

/** The members of the object at a span, in order; undefined when it is no object, or not well-formed enough to tell. */
export function membersOf(bytes: Uint8Array, { start, end }: Span): Member[] | undefined {
  if (end === 0 || bytes[start] !== OPEN_OBJECT) return undefined;
  const scan = new Scanner(bytes, ANY_DEPTH, Number.MAX_SAFE_INTEGER);
  const members: Member[] = [];
  try {
    let more = scan.enter(start);
    while (more) {
      const [from, value, name] = [scan.nameAt, scan.at, scan.memberName];
      const behind = scan.skim(value);
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

/** The cuts that change an object; none when it is no object. */
export function changesOf(bytes: Uint8Array, object: Span, { drop = NONE, add = '' }: Changes): Cut[] {
  const members = membersOf(bytes, object);
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
  const parts = pieces(bytes, cuts);
  const out = alike(
    bytes,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The same in pieces: views into the message and what comes in, nothing copied; what was left out is put back. */
export function cutParts(message: Message, cuts: readonly Cut[]): Uint8Array[] {
  const parts = pieces(message.bytes, cuts);
  return message.gap ? withGap(parts, message.gap, message) : parts;
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
const NONE: ReadonlySet<string> = new Set();
const encoder = new TextEncoder();
const SEPARATOR = encoder.encode(',');
const NOTHING = new Uint8Array(0);
