/** JSON as it was sent: numbers keep all their digits, whatever a number of this language can hold. */

/** A number as it was written. */
export class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | string | Digits | readonly Json[] | { readonly [name: string]: Json };

/** @returns undefined where the text is no JSON, as where it was cut */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text, keepDigits) as Json;
  } catch {
    return undefined;
  }
}

/** The source of a number is told by newer engines; in others it is what the number became. */
function keepDigits(_name: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new Digits(context?.source ?? String(value)) : value;
}

/** Written out over several lines, with all digits. */
export function written(value: Json, indent = ''): string {
  if (value instanceof Digits) return value.text;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const deeper = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? (value as readonly Json[]).map((one) => `${deeper}${written(one, deeper)}`)
    : Object.entries(value).map(([name, one]) => `${deeper}${JSON.stringify(name)}: ${written(one, deeper)}`);
  const [open, end] = isList ? '[]' : '{}';
  return parts.length === 0 ? `${open}${end}` : `${open}\n${parts.join(',\n')}\n${indent}${end}`;
}
