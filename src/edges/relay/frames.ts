/**
 * What nodes say to each other about carried requests. One frame is one message of the bus:
 *
 *   0     kind
 *   1     small: depends on the kind
 *   2-3   word: depends on the kind
 *   4-7   the number of the carriage, given by the node where it landed
 *   8-11  amount: depends on the kind
 *   12-   texts, where the kind has some (16 bits: how many; 32 bits each: characters; 32 bits: bytes; UTF-8), then bytes
 *
 * Numbers are big-endian. Pure.
 */
import { sizeOf } from '../../engine/bytes.ts';
import type { Bytes, CloseReason } from '../../engine/ports.ts';

export const KIND = {
  /** A request. small: how often it was carried; word: see `BODY`; texts: see `ask.ts`; bytes: its body. */
  ask: 1,
  /** The client went away. */
  gone: 2,
  /** amount: bytes that the client took since the last of these. small: 1 when that was all there will be. */
  taken: 3,
  /** What an operator asks. texts: see `letters.ts`. */
  operate: 4,
  /** It is being served. */
  accepted: 16,
  /** A whole answer. word: status; amount: bytes of its body, of which the first are here; texts: headers. */
  reply: 17,
  /** The head of a stream. word: status; texts: headers; bytes: its first. */
  stream: 18,
  /** More bytes of either. */
  data: 19,
  /** The end of a stream. small: why; word: 1 when it is to be told when all was taken. */
  close: 20,
  /** Nothing was done for it: what it is about is not here any more, or, where small is 1, was not certain to be. */
  back: 21,
  /** All that was under way between these two nodes is lost. */
  lost: 32,
} as const;

/** What there is of a body. */
export const BODY = { none: 0, whole: 1, fault: 2 } as const;

/** Of a frame, beside its kind and number; what is left out is 0 or empty. */
export interface Parts {
  readonly small?: number;
  readonly word?: number;
  readonly amount?: number;
  readonly texts?: readonly string[];
  readonly bytes?: Bytes | undefined;
}

export interface Frame {
  readonly kind: number;
  readonly small: number;
  readonly word: number;
  readonly number: number;
  readonly amount: number;
  readonly texts: readonly string[];
  /** A window into the message. */
  readonly bytes: Uint8Array;
}

const HEAD = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const NO_TEXTS: readonly string[] = [];
const WITH_TEXTS: ReadonlySet<number> = new Set([KIND.ask, KIND.operate, KIND.reply, KIND.stream]);

export function encodeFrame(kind: number, number: number, parts: Parts = {}): Uint8Array {
  const { small = 0, word = 0, amount = 0, texts = NO_TEXTS, bytes } = parts;
  const encoded = WITH_TEXTS.has(kind) ? encoder.encode(texts.join('')) : undefined;
  const start = HEAD + (encoded ? 6 + 4 * texts.length + encoded.length : 0);
  const frame = new Uint8Array(start + (bytes === undefined ? 0 : sizeOf(bytes)));
  const view = new DataView(frame.buffer);
  view.setUint8(0, kind);
  view.setUint8(1, small);
  view.setUint16(2, word);
  view.setUint32(4, number);
  view.setUint32(8, amount);
  if (encoded) {
    view.setUint16(HEAD, texts.length);
    let at = HEAD + 2;
    for (const text of texts) {
      view.setUint32(at, text.length);
      at += 4;
    }
    view.setUint32(at, encoded.length);
    frame.set(encoded, at + 4);
  }
  if (bytes !== undefined) put(frame, start, bytes);
  return frame;
}

function put(frame: Uint8Array, start: number, bytes: Bytes): void {
  if (bytes instanceof Uint8Array) return frame.set(bytes, start);
  let at = start;
  for (const piece of bytes) {
    frame.set(piece, at);
    at += piece.length;
  }
}

/** @throws Error for what is no frame */
export function decodeFrame(data: Uint8Array): Frame {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const kind = view.getUint8(0);
  const head = {
    kind,
    small: view.getUint8(1),
    word: view.getUint16(2),
    number: view.getUint32(4),
    amount: view.getUint32(8),
  };
  if (!WITH_TEXTS.has(kind)) return { ...head, texts: NO_TEXTS, bytes: data.subarray(HEAD) };
  const count = view.getUint16(HEAD);
  const lengths = HEAD + 2;
  const start = lengths + 4 * count + 4;
  const end = start + view.getUint32(start - 4);
  if (end > data.length) throw new RangeError('The frame is cut.');
  const all = decoder.decode(data.subarray(start, end));
  const texts: string[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(lengths + 4 * i);
    texts.push(all.slice(at, at + length));
    at += length;
  }
  if (at !== all.length) throw new RangeError('The texts of the frame do not fill their place.');
  return { ...head, texts, bytes: data.subarray(end) };
}

const REASONS: readonly CloseReason[] = [
  'done',
  'replaced',
  'slow',
  'session-closed',
  'draining',
  'rotated',
  'expired',
];

export function reasonNumber(reason: CloseReason): number {
  return Math.max(0, REASONS.indexOf(reason));
}

export function reasonOf(number: number): CloseReason {
  return REASONS[number] ?? 'done';
}

export function textsOf(headers: Readonly<Record<string, string>>): string[] {
  const texts: string[] = [];
  for (const name in headers) texts.push(name, headers[name] as string);
  return texts;
}

export function headersOf(texts: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at + 1 < texts.length; at += 2) headers[texts[at] as string] = texts[at + 1] as string;
  return headers;
}
