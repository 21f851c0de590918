/**
 * Events of a `text/event-stream`.
 *
 * Source: WHATWG HTML, server-sent events, "parsing an event stream".
 */
import { oneLine } from './bytes.ts';

/** What an event is made of. */
export interface SseEvent {
  /** The event's type; without one, a reader takes `message`. */
  readonly event?: string | undefined;
  readonly id?: string | undefined;
  /** Time to reconnect, in ms. */
  readonly retry?: number | undefined;
  /**
   * JSON text, or another text without line breaks, whole or in pieces that follow each other. Raw line
   * breaks become spaces. Empty data is written as an empty field: such an event is not shown to the reader's
   * program, but its id counts (a priming event).
   */
  readonly data: Uint8Array | readonly Uint8Array[];
}

/** Events from this size on (32 KiB) come in pieces, so that a large message is not copied. */
const LARGE = 32 * 1024;

const encoder = new TextEncoder();
const TAIL = encoder.encode('\n\n');

/**
 * One event as bytes: one array, or pieces that must be written in their order. The pieces are the data
 * itself and constants: do not change them.
 *
 * Throws `TypeError` when the event's type or id holds CR, LF or NUL, or `retry` is no whole number of ms.
 */
export function encodeEvent(event: SseEvent): Uint8Array | Uint8Array[] {
  const head = headOf(event);
  const { data } = event;
  if (data instanceof Uint8Array) {
    const line = oneLine(data);
    return line.length < LARGE ? joinOne(head, line) : [encoder.encode(head), line, TAIL];
  }
  const pieces = [encoder.encode(head), ...data.map(oneLine), TAIL];
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return length < LARGE ? joinAll(pieces, length) : pieces;
}

const MESSAGE_HEAD = 'event: message\ndata: ';
const PLAIN_HEAD = 'data: ';

/** The fields before the data, and the name of the data field. */
function headOf({ event, id, retry }: SseEvent): string {
  if (id === undefined && retry === undefined) {
    if (event === 'message') return MESSAGE_HEAD;
    if (event === undefined) return PLAIN_HEAD;
  }
  let head = '';
  if (event !== undefined) head += `event: ${checked(event, 'type')}\n`;
  if (id !== undefined) head += `id: ${checked(id, 'id')}\n`;
  if (retry !== undefined) head += `retry: ${checkedRetry(retry)}\n`;
  return head + PLAIN_HEAD;
}

function checked(text: string, what: string): string {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x0a || c === 0x0d || c === 0) {
      throw new TypeError(`The ${what} of an event must hold no line break and no NUL.`);
    }
  }
  return text;
}

function checkedRetry(retry: number): number {
  if (Number.isSafeInteger(retry) && retry >= 0) return retry;
  throw new TypeError('`retry` must be a whole number of milliseconds.');
}

/** Head, data and tail in one array. A head of plain ASCII is written without the price of an encoder. */
function joinOne(head: string, data: Uint8Array): Uint8Array {
  const start = head.length;
  const out = new Uint8Array(start + data.length + 2);
  if (!writeAscii(out, head)) {
    const encoded = encoder.encode(head);
    return joinAll([encoded, data, TAIL], encoded.length + data.length + 2);
  }
  out.set(data, start);
  out[start + data.length] = 0x0a;
  out[start + data.length + 1] = 0x0a;
  return out;
}

/** False when there is anything but ASCII in the text. */
function writeAscii(out: Uint8Array, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x80) return false;
    out[i] = c;
  }
  return true;
}

function joinAll(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

/** A comment: keeps middle boxes awake, readers ignore it. Line breaks in it become spaces. */
export function encodeComment(text: string): Uint8Array {
  return encoder.encode(`: ${text.replace(/[\r\n]/g, ' ')}\n\n`);
}
