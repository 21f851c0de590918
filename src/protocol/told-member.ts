/**
 * One short member of a result that says what kind of result it is, like `"isError": true`: found without reading the whole
 * where that can be helped, because it is looked for in every answer.
 *
 * Guarantees: what is found is a member of that object itself, not of one within it. The look is bounded: of an object of
 * more than 64 KiB only what stands near its ends is seen, where every known server writes such a member.
 */
import { memberAt } from './cuts.ts';
import type { Span } from './message.ts';
import { COMMA, OPEN_OBJECT } from './text.ts';

/** A name, and what of it is seldom met in other text. */
export interface TellingName {
  readonly name: string;
  /** With its quotes. */
  readonly bytes: Uint8Array;
  /** The place of its rarest byte. */
  readonly rare: number;
}

/** @param rare its rarest letter */
export function tellingName(name: string, rare: string): TellingName {
  return { name, bytes: encoder.encode(`"${name}"`), rare: name.indexOf(rare) + 1 };
}

/** Up to so many bytes a plain loop is the quickest. */
const SHORT = 512;
/** Read in full up to so many bytes. */
const WHOLE = 64 * 1024;
/** Of more than that, so many are looked through at each end. */
const EDGE = 1024;

/** The span of a member's value; absent (an `end` of 0) where there is none, or none that can be seen. */
export function toldMember(bytes: Uint8Array, object: Span, name: TellingName): Span {
  return (
    atEnd(bytes, object, name) ?? (mayHave(bytes, object, name) ? memberAt(bytes, object, name.name) : ABSENT)
  );
}

/** The last member, where it is that one and is `true` or `false` without any white space, as programs write it. */
function atEnd(bytes: Uint8Array, { start, end }: Span, { bytes: name }: TellingName): Span | undefined {
  for (const word of WORDS) {
    const value = end - 1 - word.length;
    const from = value - 1 - name.length;
    if (from <= start || bytes[value - 1] !== COLON || !isAt(bytes, value, word)) continue;
    const before = bytes[from - 1];
    // The quote that opens a name stands behind nothing else; one within a string stands behind a backslash.
    if ((before === COMMA || before === OPEN_OBJECT) && isAt(bytes, from, name))
      return { start: value, end: value + word.length };
  }
  return undefined;
}

function mayHave(bytes: Uint8Array, { start, end }: Span, name: TellingName): boolean {
  const size = end - start;
  if (size <= SHORT) return stands(bytes, start, end, name);
  return size <= WHOLE || stands(bytes, start, start + EDGE, name) || stands(bytes, end - EDGE, end, name);
}

function stands(bytes: Uint8Array, start: number, end: number, { bytes: name, rare }: TellingName): boolean {
  const letter = name[rare] as number;
  for (let at = start; at < end; at++) if (bytes[at] === letter && isAt(bytes, at - rare, name)) return true;
  return false;
}

function isAt(bytes: Uint8Array, from: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[from + index] !== text[index]) return false;
  return true;
}

const encoder = new TextEncoder();
const COLON = 0x3a;
const WORDS = [encoder.encode('true'), encoder.encode('false')];
const ABSENT: Span = { start: 0, end: 0 };
