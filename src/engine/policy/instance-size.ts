/** How large arguments are, as far as checking them takes work that is not counted while it is done. */

export interface InstanceRules {
  /** Whether elements of arrays are compared with each other. */
  readonly hasUnique: boolean;
  /** Whether names of members are held against patterns. */
  readonly hasNamePatterns: boolean;
}

/** Values in all; characters of one name, and of one that is held against patterns. */
const MOST_VALUES = 20_000;
const LONGEST_NAME = 4_096;
const LONGEST_MATCHED_NAME = 256;
/** Comparisons of elements of one array, each times how large they are. */
const MOST_COMPARED = 2_000_000;

/** Whether arguments are too large to be checked. @param args as they were read from JSON */
export function isTooMuch(args: unknown, { hasUnique, hasNamePatterns }: InstanceRules): boolean {
  const longest = hasNamePatterns ? LONGEST_MATCHED_NAME : LONGEST_NAME;
  let values = 0;
  let isOver = false;
  const weigh = (value: unknown): number => {
    if (++values > MOST_VALUES) isOver = true;
    if (isOver) return 0;
    if (typeof value === 'string') return 1 + value.length / 64;
    if (typeof value !== 'object' || value === null) return 1;
    let weight = 1;
    for (const [name, one] of Object.entries(value)) {
      if (name.length > longest) isOver = true;
      weight += weigh(one);
      if (isOver) return 0;
    }
    if (hasUnique && Array.isArray(value) && value.length * weight > MOST_COMPARED) isOver = true;
    return weight;
  };
  weigh(args);
  return isOver;
}
