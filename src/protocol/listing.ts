/**
 * One page of a list (`tools/list`, `resources/list` …): its items as bytes, and where in each of them stands what
 * the gateway must know. Nothing is made of the rest: schemas keep their bytes.
 *
 * Source: MCP 2024-11-05 … 2025-11-25, server utilities, pagination.
 */
import { decodeString } from './decode.ts';
import { ProtocolError } from './errors.ts';
import type { Span } from './message.ts';
import { Scanner } from './scanner.ts';
import { broken, CLOSE_ARRAY, COMMA, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from './text.ts';

/** One item of a list, as the server wrote it. */
export interface ListedItem {
  readonly bytes: Uint8Array;
  /** What it is named by: `name`, `uri` or `uriTemplate`, decoded. */
  readonly key: string;
  /** Where the key stands in `bytes`, quotes included. */
  readonly keySpan: Span;
  /** Where its `description` stands; an end of 0 means it has none. */
  readonly descriptionSpan: Span;
}

export interface Listing {
  readonly items: readonly ListedItem[];
  /** Where the list stands in the result, brackets included. */
  readonly listSpan: Span;
  /** Undefined on the last page. */
  readonly nextCursor: string | undefined;
}

/** Deeper than any schema is. */
const DEPTH = 256;

/**
 * Reads the `result` of a list request. Items share `result`: do not change it afterwards. Takes time linear in its
 * length; the caller bounds that.
 *
 * @param list the member that holds the items (`tools`) @param key the member that names each (`name`)
 * @throws ProtocolError when it is no JSON, no such list, holds the list or a key twice, or an item without its key.
 * Other members that are written twice are the business of who reads them.
 */
export function readListing(result: Uint8Array, list: string, key: string): Listing {
  const scan = new Scanner(result, DEPTH, result.length);
  const start = scan.space(0);
  if (scan.byteAt(start) !== OPEN_OBJECT) throw unfit('The result is no object.');
  const items: ListedItem[] = [];
  let nextCursor: string | undefined;
  let listSpan = ABSENT;
  let more = scan.enter(start);
  while (more) {
    const at = scan.at;
    const member = scan.memberName;
    let end: number;
    if (member === list && scan.byteAt(at) === OPEN_ARRAY) {
      if (listSpan.end > 0) throw doubled(list);
      end = readItems(scan, at, key, items);
      listSpan = { start: at, end };
    } else {
      end = scan.value(at);
      if (member === 'nextCursor') nextCursor = textAt(result, at, end);
    }
    more = scan.next(end);
  }
  const rest = scan.space(scan.at);
  if (rest !== scan.end) throw broken(result, rest);
  if (listSpan.end === 0) throw unfit(`The result has no list \`${list}\`.`);
  return { items, listSpan, nextCursor };
}

/** From `[` to behind `]`. */
function readItems(scan: Scanner, from: number, key: string, items: ListedItem[]): number {
  let at = scan.space(from + 1);
  if (scan.byteAt(at) === CLOSE_ARRAY) return at + 1;
  for (;;) {
    if (scan.byteAt(at) !== OPEN_OBJECT) throw unfit('An item of the list is no object.');
    items.push(readItem(scan, at, key));
    at = scan.space(scan.at);
    if (scan.byteAt(at) === CLOSE_ARRAY) return at + 1;
    if (scan.byteAt(at) !== COMMA) throw broken(scan.bytes, at);
    at = scan.space(at + 1);
  }
}

/** Leaves the scanner behind the item. */
function readItem(scan: Scanner, from: number, key: string): ListedItem {
  let keySpan = ABSENT;
  let descriptionSpan = ABSENT;
  let more = scan.enter(from);
  while (more) {
    const start = scan.at;
    const member = scan.memberName;
    const end = scan.value(start);
    if (member === key) {
      if (keySpan.end > 0) throw doubled(key);
      keySpan = { start: start - from, end: end - from };
    } else if (member === 'description') descriptionSpan = { start: start - from, end: end - from };
    more = scan.next(end);
  }
  const bytes = scan.bytes.subarray(from, scan.at);
  const name = textAt(bytes, keySpan.start, keySpan.end);
  if (name === undefined) throw unfit(`An item of the list has no \`${key}\`.`);
  return { bytes, key: name, keySpan, descriptionSpan };
}

const ABSENT: Span = { start: 0, end: 0 };

/** Undefined for anything but a string. */
function textAt(bytes: Uint8Array, start: number, end: number): string | undefined {
  return end > 0 && bytes[start] === QUOTE ? decodeString(bytes, start + 1, end - 1) : undefined;
}

function doubled(member: string): ProtocolError {
  return new ProtocolError('doubled_member', `The member \`${member}\` is written twice in one object.`);
}

function unfit(message: string): ProtocolError {
  return new ProtocolError('invalid_request', message);
}
