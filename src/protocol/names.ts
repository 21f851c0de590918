/**
 * Finding out which of a few texts some bytes spell, and the names of members that route a message.
 */
import { decodeString } from './decode.ts';
import { sameBytes } from './text.ts';

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
export const REF = 12;
export const TYPE = 13;
/** Members that clients put around a message to say who they are. */
export const PROTOCOL = 14;
export const CONNECTION_ID = 15;
export const CONNECTION_ID_SNAKE = 16;
/** What `_meta` says of a request, or of a notification of a subscription (MCP 2026-07-28). */
export const META_VERSION = 17;
export const META_INFO = 18;
export const META_CAPABILITIES = 19;
export const META_LOG_LEVEL = 20;
export const META_SUBSCRIPTION = 21;
export const META_IDEMPOTENCY = 22;
/** Of its trace: see `trace-context.ts`. */
export const META_TRACEPARENT = 23;
export const META_TRACESTATE = 24;
export const META_BAGGAGE = 25;

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
  'ref',
  'type',
  'protocol',
  'connectionId',
  'connection_id',
  'io.modelcontextprotocol/protocolVersion',
  'io.modelcontextprotocol/clientInfo',
  'io.modelcontextprotocol/clientCapabilities',
  'io.modelcontextprotocol/logLevel',
  'io.modelcontextprotocol/subscriptionId',
  'dev.sluice/idempotencyKey',
  'traceparent',
  'tracestate',
  'baggage',
];

/**
 * A number that tells most texts apart: their length, and their first, middle and last byte. It is only ever
 * used to save comparisons, so it may be weak, and is quick instead.
 */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0) return 0;
  const first = bytes[start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const last = bytes[end - 1] as number;
  return (length * 31) ^ (first << 3) ^ (middle << 13) ^ (last << 22) ^ (last ^ middle);
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
