/** Arguments that are being written, of each thing by itself: whoever looks at another and comes back finds them. */
import { createStore } from '../../store.ts';
import type { Kind } from '../../mcp/items.ts';

export interface Draft {
  readonly way: 'form' | 'raw';
  /** What the form holds. */
  readonly data: unknown;
  /** What is written as raw JSON. */
  readonly text: string;
}

/** The one that was not touched for longest goes first. */
const MOST = 200;

const drafts = createStore<ReadonlyMap<string, Draft>>(new Map());

export const draftStore = drafts;

export function draftKey(server: string, kind: Kind, name: string): string {
  return JSON.stringify([server, kind, name]);
}

export function setDraft(key: string, draft: Draft): void {
  const next = new Map(drafts.get());
  next.delete(key);
  next.set(key, draft);
  const oldest = next.keys().next().value;
  if (next.size > MOST && oldest !== undefined) next.delete(oldest);
  drafts.set(next);
}

/** Arguments as they were run, to be edited. */
export function draftOf(args: unknown, way: Draft['way']): Draft {
  return { way, data: args, text: written(args) };
}

export function written(value: unknown): string {
  return JSON.stringify(value ?? {}, null, 2);
}

export type Read = { readonly value: unknown } | { readonly error: string };

/** Raw JSON as arguments: an object, and in numbers that the page can hold. */
export function read(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text.trim() === '' ? '{}' : text);
  } catch (error) {
    return { error: `This is not JSON: ${error instanceof Error ? error.message : 'it cannot be read'}` };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { error: 'Arguments are one JSON object: { … }.' };
  }
  return { value };
}

/** Whether a number in it is larger than a page can hold exactly. */
export function losesDigits(text: string): boolean {
  const outside = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return (outside.match(/-?\d{16,}(?![\d.eE])/g) ?? []).some(
    (digits) => !Number.isSafeInteger(Number(digits)),
  );
}
