/**
 * Text that others wrote, made safe to look at: what would not be seen, or would turn around or overwrite what stands
 * beside it, becomes a name that can be read.
 */

const UNSEEN = new RegExp(
  [
    // Controls but line breaks and tabs.
    String.raw`[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]`,
    // Spaces and letters without width; marks of direction; line ends of another kind.
    String.raw`[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f]`,
    String.raw`[\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]`,
    // Variations and tags, by which text is hidden in text; but where an emoji has one, as most do.
    String.raw`[\ufe00-\ufe0e]|(?<!\p{Extended_Pictographic}|[0-9#*])\ufe0f|[\u{e0000}-\u{e0fff}]`,
    // Halves of pairs.
    String.raw`\p{Cs}`,
  ].join('|'),
  'gu',
);

export interface Piece {
  readonly text: string;
  /** Whether it names a character instead of showing it. */
  readonly isMark: boolean;
}

/** @returns the text in pieces, in order; nothing is left out */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const found of text.matchAll(UNSEEN)) {
    if (found.index > at) pieces.push({ text: text.slice(at, found.index), isMark: false });
    pieces.push({ text: nameOf(found[0]), isMark: true });
    at = found.index + found[0].length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMark: false });
  return pieces;
}

/** The same as one text, for names of controls, options and titles; cut after `max` characters. */
export function plain(text: string, max = 200): string {
  const { shown, rest } = cut(text, max);
  const whole = shown.replace(UNSEEN, (character) => `‹${nameOf(character)}›`).replace(/\s+/g, ' ');
  return rest === 0 ? whole : `${whole}…`;
}

/** The first `max` characters, never half a pair, and how many more there are. */
export function cut(text: string, max: number): { readonly shown: string; readonly rest: number } {
  if (text.length <= max) return { shown: text, rest: 0 };
  const last = text.charCodeAt(max - 1);
  const end = last >= 0xd8_00 && last <= 0xdb_ff ? max - 1 : max;
  return { shown: text.slice(0, end), rest: text.length - end };
}

const SHORT: Readonly<Record<number, string>> = { 0: 'NUL', 7: 'BEL', 8: 'BS', 27: 'ESC', 127: 'DEL' };

function nameOf(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  return SHORT[point] ?? `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
}
