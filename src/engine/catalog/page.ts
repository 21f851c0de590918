/**
 * Pages of a merged list. A cursor names the last item of its page, so it means the same after a change: what was
 * not told yet is told, and where the item is gone its server's are told again rather than left out.
 *
 * Source: MCP 2024-11-05 … 2025-11-25, server utilities, pagination.
 */
import { joined } from '../bytes.ts';
import type { Catalog, Entry } from './catalog.ts';
import { KINDS } from './kinds.ts';

export interface PageLimits {
  readonly items: number;
  /** A page ends before the item that would make it larger; it has one item at least. */
  readonly bytes: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The `result` of a list request as JSON text; undefined for a cursor that is none of ours. */
export function pageOf(
  catalog: Catalog,
  cursor: string | undefined,
  limits: PageLimits,
): Uint8Array | undefined {
  const start = cursor === undefined ? 0 : startAfter(catalog.entries, cursor);
  if (start === undefined) return undefined;
  const pieces: Uint8Array[] = [encoder.encode(`{"${KINDS[catalog.kind].list}":[`)];
  let bytes = 0;
  let at = start;
  for (; at < catalog.entries.length && at - start < limits.items; at++) {
    const entry = catalog.entries[at] as Entry;
    const more = entry.item.bytes.length;
    if (at > start && bytes + more > limits.bytes) break;
    if (at > start) pieces.push(COMMA);
    writeItem(entry, pieces);
    bytes += more;
  }
  const isLast = at >= catalog.entries.length;
  pieces.push(
    encoder.encode(isLast ? ']}' : `],"nextCursor":"${cursorOf(catalog.entries[at - 1] as Entry)}"}`),
  );
  return joined(pieces);
}

/** What of an entry is written. */
export type Written = Pick<Entry, 'item' | 'nameJson' | 'descriptionJson'>;

/** The item as its server wrote it, but for its name and its description where they are others here. */
export function writeItem(written: Written, pieces: Uint8Array[]): void {
  const { item, nameJson, descriptionJson } = written;
  const { bytes, keySpan, descriptionSpan } = item;
  const edits: [start: number, end: number, value: Uint8Array][] = [];
  if (nameJson) edits.push([keySpan.start, keySpan.end, nameJson]);
  if (descriptionJson && descriptionSpan.end > 0)
    edits.push([descriptionSpan.start, descriptionSpan.end, descriptionJson]);
  let at = 0;
  if (descriptionJson && descriptionSpan.end === 0) {
    pieces.push(DESCRIPTION, descriptionJson, COMMA);
    at = 1;
  }
  for (const [start, end, value] of edits.sort(([a], [b]) => a - b)) {
    pieces.push(bytes.subarray(at, start), value);
    at = end;
  }
  pieces.push(bytes.subarray(at));
}

const COMMA = encoder.encode(',');
const DESCRIPTION = encoder.encode('{"description":');

// -------------------------------------------------------------------------------------------- cursors

function cursorOf({ server, item }: Entry): string {
  const bytes = encoder.encode(JSON.stringify([server, item.key]));
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Where the list goes on behind the item that a cursor names; undefined for what names none. */
function startAfter(entries: readonly Entry[], cursor: string): number | undefined {
  const named = readCursor(cursor);
  if (!named) return undefined;
  const [server, key] = named;
  const at = entries.findIndex((entry) => entry.server === server && entry.item.key === key);
  if (at >= 0) return at + 1;
  // It is gone, and nobody knows how far the client got: rather some twice than one not at all.
  return Math.max(
    0,
    entries.findIndex((entry) => entry.server === server),
  );
}

function readCursor(cursor: string): [server: string, key: string] | undefined {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
    const [server, key] = JSON.parse(decoder.decode(bytes)) as unknown[];
    return typeof server === 'string' && typeof key === 'string' ? [server, key] : undefined;
  } catch {
    return undefined;
  }
}
