/** Two texts line by line: what is the same, and what is only in one of them. */

export interface Row {
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly isSame: boolean;
}

/** So many lines of each are compared; the table behind it has the square of that. */
const MOST_LINES = 1_200;
/** A line is compared, and shown, up to here. */
const LONGEST = 2_000;

export interface Comparison {
  readonly rows: readonly Row[];
  readonly differences: number;
  /** Whether there was more than is compared. */
  readonly isCut: boolean;
}

export function compare(left: string, right: string): Comparison {
  const a = linesOf(left);
  const b = linesOf(right);
  const rows = rowsOf(a.lines, b.lines);
  const differences = rows.filter(({ isSame }) => !isSame).length;
  return { rows, differences, isCut: a.isCut || b.isCut };
}

function linesOf(text: string): { readonly lines: string[]; readonly isCut: boolean } {
  const all = text.slice(0, MOST_LINES * LONGEST).split('\n');
  const lines = all.slice(0, MOST_LINES).map((line) => line.slice(0, LONGEST));
  const isCut =
    all.length > MOST_LINES ||
    text.length > MOST_LINES * LONGEST ||
    all.some((line) => line.length > LONGEST);
  return { lines, isCut };
}

function rowsOf(a: readonly string[], b: readonly string[]): Row[] {
  const rows: Row[] = [];
  const lengths = commonLengths(a, b);
  const width = b.length + 1;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      rows.push({ left: a[i++], right: b[j++], isSame: true });
      continue;
    }
    const startI = i;
    const startJ = j;
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      const down = i < a.length ? (lengths[(i + 1) * width + j] ?? 0) : -1;
      const across = j < b.length ? (lengths[i * width + j + 1] ?? 0) : -1;
      if (down >= across) i++;
      else j++;
    }
    rows.push(...changed(a.slice(startI, i), b.slice(startJ, j)));
  }
  return rows;
}

/** What stands in the place of each other is shown side by side. */
function changed(left: readonly string[], right: readonly string[]): Row[] {
  const length = Math.max(left.length, right.length);
  return Array.from({ length }, (_, at) => ({ left: left[at], right: right[at], isSame: false }));
}

/** How many lines the rests from each pair of places on have in common, in order. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const lengths = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      lengths[at] =
        a[i] === b[j]
          ? (lengths[at + width + 1] ?? 0) + 1
          : Math.max(lengths[at + width] ?? 0, lengths[at + 1] ?? 0);
    }
  }
  return lengths;
}
