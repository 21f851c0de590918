/** Texts from elsewhere on a terminal: nothing in them steers it, hides, turns round, or breaks the columns. */

/**
 * What is not seen as it stands: controls, marks of direction, invisible format characters, line separators, halves of
 * characters. Joiners stay, without which some scripts and many pictures fall apart.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** Marks that are put on top of each other: more than that is made to reach into other lines. */
const PILE = /(\p{M}{4})\p{M}+/gu;
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text in one line, with what would not be seen written as in JSON. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (one) => SHORT[one] ?? escaped(one)).replace(PILE, '$1');
}

/** JSON as it is, but for what a terminal would not show: written out, it stays the same JSON. */
export function visibleJson(text: string): string {
  return text.replace(UNSEEN, (one) => (one === '\n' ? one : escaped(one)));
}

function escaped(one: string): string {
  const units = Array.from({ length: one.length }, (_, at) => one.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Characters that take two columns (Unicode TR 11, in blocks) and pictures. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** Columns that a text takes that is `visible`. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of characters.segment(text)) width += columnsOf(segment);
  return width;
}

function columnsOf(character: string): number {
  return WIDE.test(character) || character.includes('\ufe0f') ? 2 : 1;
}

/** The text in exactly so many columns: cut with an ellipsis, or filled up. */
export function fit(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const cut = cutTo(text, width);
  const rest = ' '.repeat(Math.max(0, width - widthOf(cut)));
  return side === 'left' ? cut + rest : rest + cut;
}

/** The text in at most so many columns. */
export function cutTo(text: string, width: number): string {
  if (width <= 0) return '';
  if (widthOf(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of characters.segment(text)) {
    const columns = columnsOf(segment);
    if (used + columns > width - 1) break;
    kept += segment;
    used += columns;
  }
  return `${kept}…`;
}
