/**
 * Reads the events of a `text/event-stream`, however it was cut into pieces.
 *
 * Source: WHATWG HTML, server-sent events, "parsing an event stream".
 */
import { ClientError } from './errors.ts';

/** An event as it came over the wire. */
export interface WireEvent {
  /** Its type; `message` where the stream named none. */
  readonly event: string;
  readonly data: string;
  /** The last id the stream named, with this event or before. */
  readonly id?: string | undefined;
}

export class EventReader {
  /** The id to take the stream up after: that of the last event that came whole, shown or not. */
  lastEventId: string | undefined;
  /** How soon the stream asks to be opened again, in ms. */
  retryMs: number | undefined;
  readonly #take: (event: WireEvent) => void;
  readonly #maxLength: number;
  /** What came since the last line break, in pieces: a large line is put together once. */
  #pieces: string[] = [];
  #length = 0;
  #data: string[] = [];
  #event = '';
  #id: string | undefined;
  #isStart = true;
  #endedWithCr = false;

  /** @param maxLength characters of one event, all its lines together */
  constructor(take: (event: WireEvent) => void, maxLength: number, lastEventId?: string) {
    this.#take = take;
    this.#maxLength = maxLength;
    this.lastEventId = lastEventId;
    this.#id = lastEventId;
  }

  /** @throws ClientError `bad-answer` when an event is larger than it may be */
  push(text: string): void {
    let at = this.#skipStart(text);
    for (let end = at; end < text.length; end++) {
      const c = text.charCodeAt(end);
      if (c !== LF && c !== CR) continue;
      this.#line(this.#whole(text.slice(at, end)));
      if (c === CR && text.charCodeAt(end + 1) === LF) end++;
      else if (c === CR && end + 1 === text.length) this.#endedWithCr = true;
      at = end + 1;
    }
    if (at < text.length) this.#keep(text.slice(at));
  }

  /** A byte order mark at the very start, and the second half of a CRLF that was cut in two. */
  #skipStart(text: string): number {
    if (text === '') return 0;
    const isMark = this.#isStart && text.charCodeAt(0) === 0xfe_ff;
    const isHalf = this.#endedWithCr && text.charCodeAt(0) === LF;
    this.#isStart = false;
    this.#endedWithCr = false;
    return isMark || isHalf ? 1 : 0;
  }

  #keep(piece: string): void {
    this.#count(piece.length);
    this.#pieces.push(piece);
  }

  #whole(rest: string): string {
    this.#count(rest.length);
    if (this.#pieces.length === 0) return rest;
    const line = this.#pieces.join('') + rest;
    this.#pieces = [];
    return line;
  }

  #count(length: number): void {
    this.#length += length;
    if (this.#length <= this.#maxLength) return;
    throw new ClientError('bad-answer', `An event has more than ${this.#maxLength} characters.`);
  }

  #line(line: string): void {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) {
      // Comments are no part of an event, however many there are.
      this.#length -= line.length;
      return;
    }
    const field = colon < 0 ? line : line.slice(0, colon);
    const start = colon < 0 ? line.length : line.charCodeAt(colon + 1) === SPACE ? colon + 2 : colon + 1;
    this.#field(field, line.slice(start));
  }

  #field(field: string, value: string): void {
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
  }

  #dispatch(): void {
    const data = this.#data.join('\n');
    const event = this.#event === '' ? 'message' : this.#event;
    const isShown = this.#data.length > 0 && data !== '';
    this.#data = [];
    this.#event = '';
    this.#length = 0;
    // An empty id takes back what was named before.
    this.lastEventId = this.#id === '' ? undefined : this.#id;
    if (isShown)
      this.#take(this.lastEventId === undefined ? { event, data } : { event, data, id: this.lastEventId });
  }
}

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
