/** Patterns of names and URIs: `*` stands for any characters, also for none; everything else for itself. */

export interface Pattern {
  readonly source: string;
  readonly parts: readonly string[];
}

export function patternOf(source: string): Pattern {
  return { source, parts: source.split('*') };
}

/**
 * Whether a text fits a pattern as a whole. What stands between two stars is looked for from the left once and
 * never again, so the time is bounded by the length of the text times that of the pattern, whatever they are.
 */
export function fits(text: string, { parts, source }: Pattern): boolean {
  if (parts.length === 1) return text === source;
  const first = parts[0] as string;
  const last = parts.at(-1) as string;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  const end = text.length - last.length;
  let at = first.length;
  for (let i = 1; i < parts.length - 1; i++) {
    const part = parts[i] as string;
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

export function fitsAny(text: string, patterns: readonly Pattern[]): boolean {
  return patterns.some((pattern) => fits(text, pattern));
}
