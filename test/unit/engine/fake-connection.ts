/** A played socket, and what its reader saw. */
import type { Bytes, CloseReason, Connection, Responder } from '../../../src/engine/ports.ts';
import { textOf, type Wire } from './wire.ts';

/** One event of a stream as a reader sees it; a comment has only `comment`. */
export interface Frame {
  comment?: string;
  event?: string;
  id?: string;
  retry?: number;
  data?: string;
}

export function framesOf(text: string): Frame[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const frame: Frame = {};
      for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        const name = line.slice(0, colon);
        const value = line.slice(colon + 1).replace(/^ /, '');
        if (name === '') frame.comment = value;
        else if (name === 'retry') frame.retry = Number(value);
        else if (name === 'event' || name === 'id' || name === 'data') frame[name] = value;
      }
      return frame;
    });
}

/** A socket that keeps what was written, and is full, slow or gone when the test says so. */
export class FakeConnection implements Connection {
  onClosed: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  onTaken: (() => void) | undefined;
  queued = 0;
  closedBy: CloseReason | undefined;
  isGone = false;
  /** While true, what is written waits. */
  isStuck = false;
  highWater = 100;
  #text: string;
  #wasFull = false;

  constructor(first?: Uint8Array) {
    this.#text = textOf(first);
  }

  get isClosed(): boolean {
    return this.isGone || this.closedBy !== undefined;
  }

  write(bytes: Bytes): boolean {
    if (this.isClosed) return true;
    const text = textOf(bytes);
    this.#text += text;
    if (!this.isStuck) return true;
    this.queued += text.length;
    if (this.queued <= this.highWater) return true;
    this.#wasFull = true;
    return false;
  }

  close(reason: CloseReason): void {
    this.closedBy ??= reason;
  }

  /** The reader takes everything that waits. */
  drain(): void {
    this.isStuck = false;
    this.queued = 0;
    if (this.isClosed) this.onTaken?.();
    if (!this.#wasFull) return;
    this.#wasFull = false;
    this.onDrain?.();
  }

  /** The peer goes away. */
  vanish(): void {
    if (this.isClosed) return;
    this.isGone = true;
    this.onClosed?.();
  }

  get text(): string {
    return this.#text;
  }

  get frames(): Frame[] {
    return framesOf(this.#text);
  }

  /** The messages that arrived, without comments and priming events. */
  get messages(): Wire[] {
    return this.frames
      .filter(({ event, data }) => data && event === 'message')
      .map(({ data }) => JSON.parse(data ?? '') as Wire);
  }

  get ids(): string[] {
    return this.frames.flatMap(({ id }) => (id === undefined ? [] : [id]));
  }
}

export class FakeResponder implements Responder {
  onTaken: (() => void) | undefined;
  /** Bytes of a whole answer that wait, where the test says so. */
  queued = 0;
  onAborted: (() => void) | undefined;
  status = 0;
  headers: Record<string, string> = {};
  body: string | undefined;
  connection: FakeConnection | undefined;
  /** How often it was answered: more than once is a fault. */
  answers = 0;
  isGone = false;
  readonly #stuck: boolean;
  readonly #noted: Record<string, string> = {};

  constructor(options: { isStuck?: boolean } = {}) {
    this.#stuck = options.isStuck ?? false;
  }

  get isDone(): boolean {
    return this.answers > 0 || this.isGone;
  }

  note(headers: Readonly<Record<string, string>>): void {
    Object.assign(this.#noted, headers);
  }

  reply(status: number, headers: Record<string, string>, body?: Bytes): void {
    if (this.isGone) return;
    this.answers++;
    this.#head(status, headers);
    this.body = textOf(body);
    if (this.#stuck) this.queued = this.body.length;
  }

  stream(status: number, headers: Record<string, string>, first?: Uint8Array): Connection {
    if (this.isDone) throw new Error('This request is answered already.');
    this.answers++;
    this.#head(status, headers);
    this.connection = new FakeConnection(first);
    this.connection.isStuck = this.#stuck;
    return this.connection;
  }

  /** The client takes what waits. */
  take(): void {
    this.queued = 0;
    this.onTaken?.();
  }

  /** The client goes away. */
  abort(): void {
    if (this.connection) return this.connection.vanish();
    if (this.isDone) return;
    this.isGone = true;
    this.onAborted?.();
  }

  get json(): Wire {
    return JSON.parse(this.body ?? '') as Wire;
  }

  #head(status: number, headers: Record<string, string>): void {
    this.status = status;
    this.headers = { ...headers, ...this.#noted };
  }
}
