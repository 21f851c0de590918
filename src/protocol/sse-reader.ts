/**
 * Reads a `text/event-stream` as bytes: what an event carries is never turned into a string.
 *
 * Source: WHATWG HTML, server-sent events, "parsing an event stream" and "interpreting an event stream".
 */
import { Edges, joined, Pieces } from './pieces.ts';

/** Who is told of the events of a stream. Must not throw. */
export interface SseListener {
  /**
   * An event with data, be it empty.
   * @param type `message` where none is named
   * @param data the data in pieces that follow each other: views into the chunks, lines joined by LF
   * @param id the id that this event itself names
   */
  event(type: string, data: readonly Uint8Array[], id: string | undefined): void;
  /** An event with more data than the cap was skipped. @param head @param tail the edges of its data */
  tooLarge(head: Uint8Array, tail: Uint8Array): void;
  /** Another field than data was longer than the reader's cap, and was skipped. */
  fieldTooLong(): void;
}

/** Bytes of a line that is no data: real ids, types and times have under 200. */
export const MAX_FIELD_BYTES = 4 * 1024;

/** What the line at hand is, as far as it has come. */
type Kind = 'open' | 'data' | 'field' | 'ignored';

/**
 * Takes chunks that may be split anywhere, with lines ended by LF, CRLF or CR, and a byte order mark or none.
 *
 * Linear in what comes; keeps at most `maxBytes` of data, a chunk, and a field of 4 KiB. An event that has not ended
 * when the stream does is dropped. Chunks must not be used again by who pushes them.
 */
export class SseReader {
  /** The id to take up the stream with; empty when there is none. Known before the event that names it is told. */
  lastEventId = '';
  /** How long to wait before coming back, in ms, where the server said so. */
  retryMs: number | undefined;
  readonly #maxBytes: number;
  readonly #listener: SseListener;
  /** Bytes of a byte order mark that were seen; -1 once it is decided. */
  #bom = 0;
  #isAfterCr = false;
  #kind: Kind = 'open';
  /** The line at hand, where it is a field or may become one. */
  #line: Uint8Array = NOTHING;
  readonly #data = new Pieces();
  #hasData = false;
  #type = '';
  #id: string | undefined;
  /** The edges of the data at hand, once they are more than may be kept. */
  #edges: Edges | undefined;

  /** @param maxBytes of the data of one event */
  constructor(maxBytes: number, listener: SseListener) {
    this.#maxBytes = maxBytes;
    this.#listener = listener;
  }

  push(chunk: Uint8Array): void {
    let at = this.#bom < 0 ? 0 : this.#skipMark(chunk);
    if (this.#isAfterCr && at < chunk.length) {
      this.#isAfterCr = false;
      if (chunk[at] === LF) at++;
    }
    let lf = -1;
    let cr = -1;
    while (at < chunk.length) {
      if (lf < at) lf = find(chunk, LF, at);
      if (cr < at) cr = find(chunk, CR, at);
      const end = lf < cr ? lf : cr;
      if (end === chunk.length) return this.#hold(at === 0 ? chunk : chunk.subarray(at));
      this.#endLine(chunk, at, end);
      at = end + 1;
      if (end !== cr) continue;
      if (at === chunk.length) this.#isAfterCr = true;
      else if (chunk[at] === LF) at++;
    }
  }

  /** Where the stream itself begins in its first bytes. */
  #skipMark(chunk: Uint8Array): number {
    let at = 0;
    while (at < chunk.length && this.#bom < MARK.length) {
      if (chunk[at] !== MARK[this.#bom]) {
        // A part of a mark is no mark, but the beginning of the first line, which no field begins with.
        if (this.#bom > 0) this.#hold(Uint8Array.from(MARK.subarray(0, this.#bom)));
        break;
      }
      this.#bom++;
      at++;
    }
    if (this.#bom === MARK.length || at < chunk.length) this.#bom = -1;
    return at;
  }

  /** The line that ends at `to`; it began in this chunk or in one before. */
  #endLine(chunk: Uint8Array, from: number, to: number): void {
    if (this.#kind === 'open' && this.#line.length === 0) {
      if (from === to) return this.#dispatch();
      const value = dataAt(chunk, from, to);
      if (value >= 0) return this.#addLine(chunk.subarray(value, to));
      return this.#readField(chunk.subarray(from, to));
    }
    if (from < to) this.#hold(chunk.subarray(from, to));
    if (this.#kind === 'open' || this.#kind === 'field') this.#endShort();
    this.#kind = 'open';
    this.#line = NOTHING;
  }

  /** A line that came in several chunks and may be a whole field of any kind. */
  #endShort(): void {
    const line = this.#line;
    const value = dataAt(line, 0, line.length);
    if (value >= 0) this.#addLine(line.subarray(value));
    else this.#readField(line);
  }

  /** Keeps a part of a line whose end has not come. */
  #hold(part: Uint8Array): void {
    if (this.#kind === 'data') return this.#add(part);
    if (this.#kind === 'ignored') return;
    const line = this.#line.length === 0 ? part : joined([this.#line, part]);
    if (this.#kind === 'open') {
      // `data: ` is the longest beginning that must be known.
      if (line.length < DATA.length + 2) return void (this.#line = line);
      const value = dataAt(line, 0, line.length);
      if (value >= 0) {
        this.#kind = 'data';
        this.#line = NOTHING;
        return this.#addLine(line.subarray(value));
      }
      this.#kind = NAMES.some((name) => startsWith(line, 0, line.length, name)) ? 'field' : 'ignored';
    }
    this.#line = this.#kind === 'field' ? line : NOTHING;
    if (this.#line.length <= MAX_FIELD_BYTES) return;
    this.#line = NOTHING;
    this.#kind = 'ignored';
    this.#listener.fieldTooLong();
  }

  /** The value of a data line, or its beginning. */
  #addLine(value: Uint8Array): void {
    if (this.#hasData) this.#add(LINE_BREAK);
    this.#hasData = true;
    this.#add(value);
  }

  #add(part: Uint8Array): void {
    if (this.#edges) return this.#edges.pass(part);
    if (part.length === 0) return;
    if (this.#data.size + part.length <= this.#maxBytes) return this.#data.add(part);
    this.#edges = new Edges();
    for (const piece of this.#data.take()) this.#edges.pass(piece);
    this.#edges.pass(part);
  }

  #readField(line: Uint8Array): void {
    if (!NAMES.some((name) => startsWith(line, 0, line.length, name))) return;
    if (line.length > MAX_FIELD_BYTES) return this.#listener.fieldTooLong();
    const text = decoder.decode(line);
    const colon = text.indexOf(':');
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retryMs = Number(value);
  }

  /** An empty line: the event is whole. */
  #dispatch(): void {
    const type = this.#type === '' ? 'message' : this.#type;
    const id = this.#id;
    const edges = this.#edges;
    const hasData = this.#hasData;
    const data = hasData ? this.#data.take() : NO_PIECES;
    if (id !== undefined) this.lastEventId = id;
    this.#type = '';
    this.#id = undefined;
    this.#edges = undefined;
    this.#hasData = false;
    if (edges) this.#listener.tooLarge(edges.head, edges.tail);
    else if (hasData) this.#listener.event(type, data, id);
  }
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const NOTHING = new Uint8Array(0);
const NO_PIECES: readonly Uint8Array[] = [];
const LINE_BREAK = new Uint8Array([LF]);
const MARK = new Uint8Array([0xef, 0xbb, 0xbf]);
const encoder = new TextEncoder();
// A mark within the stream is a character like any other.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const DATA = encoder.encode('data');
/** The fields that mean something, beside `data`. */
const NAMES = ['id', 'event', 'retry'].map((name) => encoder.encode(name));

/** Where a byte stands from `at` on; the length when it does not. */
function find(chunk: Uint8Array, byte: number, at: number): number {
  const found = chunk.indexOf(byte, at);
  return found < 0 ? chunk.length : found;
}

/** Where the value of a data line begins; -1 when the line is none. */
function dataAt(bytes: Uint8Array, from: number, to: number): number {
  if (!startsWith(bytes, from, to, DATA)) return -1;
  const colon = from + DATA.length;
  if (colon === to) return to;
  if (bytes[colon] !== COLON) return -1;
  return bytes[colon + 1] === SPACE && colon + 1 < to ? colon + 2 : colon + 1;
}

function startsWith(bytes: Uint8Array, from: number, to: number, name: Uint8Array): boolean {
  if (from + name.length > to) return false;
  for (let at = 0; at < name.length; at++) if (bytes[from + at] !== name[at]) return false;
  return true;
}
