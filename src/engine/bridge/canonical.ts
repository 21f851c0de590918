/** One text for all JSON values that mean the same, whatever the order of their members. */

/** @param value as `JSON.parse` gives it */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`);
  return `{${members.join(',')}}`;
}

/** What is no object counts as an empty one. */
export function objectOf(value: unknown): Record<string, unknown> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Numbers of a JSON text, and the strings in which there may be what looks like some. */
const SCALARS = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.eE+-]*/g;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,15}))?$/;

/** How the texts that stand for numbers begin; those that begin so themselves get one more. */
const MARK = '"\\u0000';

/**
 * A JSON text with a text in place of each number, the same for all spellings of one value and for no other: a double
 * would have some 16 digits of it, and a server may read more.
 */
export function exact(json: string): string {
  return json.replace(SCALARS, (found) => {
    if (!found.startsWith('"')) return `${MARK}${valueOf(found)}"`;
    return found.startsWith(MARK) ? MARK + found.slice(1) : found;
  });
}

/** Digits without zeros around them, and the power of ten. A spelling with a larger exponent stands for itself. */
function valueOf(number: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] = NUMBER.exec(number) ?? [];
  if (whole === '') return number;
  const digits = (whole + fraction).replace(/^0+/, '');
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end--;
  const significant = digits.slice(0, end);
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(power) - fraction.length + digits.length - significant.length}`;
}

/** Broken text, which the envelope of a message does not show, counts as an empty object. */
export function parsed(json: Uint8Array): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(new TextDecoder().decode(json)));
  } catch {
    return {};
  }
}
