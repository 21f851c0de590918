/**
 * Finding out which of a few texts some bytes spell, and the names of members that route a message.
 */
import { decodeString, sameBytes } from './text.ts';

/** What `knownName` returns for the names that matter; 0 is any other name. */
export const JSONRPC = 1;
export const ID = 2;
export const METHOD = 3;
export const PARAMS = 4;
export const RESULT = 5;
export const ERROR = 6;
export const NAME = 7;
export const URI = 8;
export const META = 9;
export const PROGRESS_TOKEN = 10;
export const REQUEST_ID = 11;

const TEXTS = [
  '',
  'jsonrpc',
  'id',
  'method',
  'params',
  'result',
  'error',
  'name',
  'uri',
  '_meta',
  'progressToken',
  'requestId',
];

/** The start of a hash (FNV-1a, 32 bits). */
export const HASH_SEED = 0x811c9dc5 | 0;
const HASH_PRIME = 0x01000193;

/** One byte more into a hash. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, HASH_PRIME);
}

/** The hash of a range of bytes. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = HASH_SEED;
  for (let at = start; at < end; at++) hash = hashByte(hash, bytes[at] as number);
  return hash;
}

const encoder = new TextEncoder();

/** A table from texts to their index, asked with bytes: no string is made. */
export interface ByteTable {
  /** Index + 1 by slot; 0 is empty. */
  readonly slots: Uint8Array;
  readonly texts: readonly string[];
  readonly encoded: readonly Uint8Array[];
}

const SLOTS = 256;

/** Lays out up to 128 texts by their hash; a taken slot sends a text to the next free one. */
export function byteTable(texts: readonly string[]): ByteTable {
  if (texts.length > SLOTS / 2) throw new RangeError('A byte table holds at most 128 texts.');
  const slots = new Uint8Array(SLOTS);
  const encoded = texts.map((text) => encoder.encode(text));
  encoded.forEach((bytes, index) => {
    let slot = hashBytes(bytes, 0, bytes.length) & (SLOTS - 1);
    while (slots[slot] !== 0) slot = (slot + 1) & (SLOTS - 1);
    slots[slot] = index + 1;
  });
  return { slots, texts, encoded };
}

/** The index of the text that these bytes spell, else -1. `hash` is theirs. */
export function indexIn(
  table: ByteTable,
  hash: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
    const index = (table.slots[slot] as number) - 1;
    if (index < 0) return -1;
    const text = table.encoded[index] as Uint8Array;
    if (text.length === end - start && sameBytes(bytes, start, end, text, 0)) return index;
  }
}

const KNOWN = byteTable(TEXTS);

/** Which of the names that matter a plain name is; 0 for any other. */
export function knownName(hash: number, bytes: Uint8Array, start: number, end: number): number {
  const index = indexIn(KNOWN, hash, bytes, start, end);
  return index < 0 ? 0 : index;
}

/** The same for a name that is written with escapes. */
export function knownEscapedName(bytes: Uint8Array, start: number, end: number): number {
  return Math.max(0, TEXTS.indexOf(decodeString(bytes, start, end)));
}
