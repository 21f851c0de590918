/** Numbers that a page cannot hold as they were sent: JavaScript has 53 bits of a number. */

/** Values looked at: the note is not worth more. */
const MOST = 20_000;

/** @returns whether a number within is rounded, or has become infinite */
export function isRounded(value: unknown): boolean {
  const waiting: unknown[] = [value];
  for (let seen = 0; waiting.length > 0 && seen < MOST; seen++) {
    const each = waiting.pop();
    if (typeof each === 'number' && Math.abs(each) > Number.MAX_SAFE_INTEGER) return true;
    if (typeof each !== 'object' || each === null) continue;
    for (const member of Object.values(each).slice(0, MOST)) waiting.push(member);
  }
  return false;
}
